import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import type { Side } from "./crowd.ts";
import { startJanus } from "./peers/janus.ts";
import { built, has, Program, source } from "./programs.ts";
import { describe, readServer, type Video } from "./sdp.ts";

export type Role = "publish" | "subscribe";

/** A server under test, in a process of its own. */
export interface Server {
  pid: number;
  /** The UDP port that takes the song as bare RTP; undefined if the host is a WebRTC peer. */
  rtpPort: number | undefined;
  /** Exchanges the session descriptions of one peer. */
  meet(role: Role, own: Side, video?: Video): Promise<Side>;
  close(): Promise<void>;
}

export interface ServerKind {
  /** Why this machine cannot measure it, or undefined. */
  missing(): string | undefined;
  start(options: StartOptions): Promise<Server>;
}

export interface StartOptions {
  /** Cores that it may use, in the notation of taskset. */
  cores: string;
  /** Folder for CPU profiles of its threads, if wanted; only for servers on Node. */
  profiles: string | undefined;
  /** Media threads; only Lightwall has a choice. */
  workers: number;
}

/** Where Debian installs the sources of Go packages. */
const GO_PATH = "/usr/share/gocode";

/** The servers that can be measured. */
export const SERVERS: Readonly<Record<string, ServerKind>> = {
  lightwall: {
    missing: () => (existsSync("dist/media/kernel.wasm") ? undefined : "not built: npm run build"),
    start: (options) => startLines(options.cores, onNode("peers/lightwall.ts", options), "answers"),
  },
  werift: {
    missing: () => undefined,
    start: (options) => startLines(options.cores, onNode("peers/werift.ts", options), "offers"),
  },
  janus: {
    missing: () => (has("janus") ? undefined : "not installed: Debian's janus"),
    start: ({ cores }) => startJanus(cores),
  },
  pion: {
    missing: () =>
      has("go") && existsSync(`${GO_PATH}/src/github.com/pion/webrtc`)
        ? undefined
        : "not installed: Debian's golang-go and golang-github-pion-webrtc.v3-dev",
    start: ({ cores }) => startLines(cores, [buildPion()], "answers", { GOMAXPROCS: "1" }),
  },
};

let pion: string | undefined;

/**
 * Builds the pion server from Debian's sources. A second GOPATH lets Go find them by their versioned names.
 */
function buildPion(): string {
  if (pion) return pion;
  mkdirSync(built("go/src"), { recursive: true });
  symlinkSync(source("peers/pion"), built("go/src/bench"));
  execFileSync("go", ["build", "-o", built("pion"), "bench"], {
    cwd: built("go/src/bench"),
    env: { ...process.env, GO111MODULE: "off", GOPATH: `${built("go")}:${GO_PATH}`, GOFLAGS: "" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  pion = built("pion");
  return pion;
}

function onNode(script: string, { profiles, workers }: StartOptions): [string, ...string[]] {
  const flags = profiles ? ["--cpu-prof", `--cpu-prof-dir=${profiles}`] : [];
  return [process.execPath, ...flags, source(script), String(workers)];
}

/**
 * Starts a server that reads and writes lines of JSON. Its first line has the port of the song. A server that
 * answers reads `{id, role, sdp}` and writes `{id, sdp}`. A server that offers reads `{id}`, writes `{id,
 * sdp}` and reads `{id, sdp}` with the answer.
 */
async function startLines(
  cores: string,
  command: [string, ...string[]],
  part: "answers" | "offers",
  env?: NodeJS.ProcessEnv,
): Promise<Server> {
  const program = new Program(cores, command, env);
  const { rtpPort } = JSON.parse(await program.firstLine()) as { rtpPort?: number };
  const asked = new Map<number, (sdp: string) => void>();
  program.onLine((line) => {
    const { id, sdp } = JSON.parse(line) as { id: number; sdp: string };
    asked.get(id)?.(sdp);
    asked.delete(id);
  });
  const ask = (question: { id: number; role?: Role; sdp?: string }): Promise<string> => {
    program.send(JSON.stringify(question));
    return new Promise((resolve) => asked.set(question.id, resolve));
  };
  let last = 0;
  return {
    pid: program.pid,
    rtpPort,
    meet: async (role, own, video) => {
      const id = ++last;
      const sdp = describe(own, role === "publish" ? "sendonly" : "recvonly", "0", video);
      if (part === "answers") return readServer(await ask({ id, role, sdp }));
      const offer = await ask({ id });
      program.send(JSON.stringify({ id, sdp }));
      return readServer(offer);
    },
    close: () => program.close(),
  };
}
