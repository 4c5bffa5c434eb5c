import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import type { Side } from "./crowd.ts";
import { startJanus } from "./peers/janus.ts";
import { built, has, Program, source } from "./programs.ts";
import { describe, readServer } from "./sdp.ts";

export type Role = "publish" | "subscribe";

/** A server under test, in a process of its own. */
export interface Server {
  pid: number;
  /** Where the song comes in as bare RTP; undefined where the host is a WebRTC peer like any other. */
  rtpPort: number | undefined;
  /** Exchanges descriptions for one peer. */
  meet(role: Role, own: Side): Promise<Side>;
  close(): Promise<void>;
}

export interface ServerKind {
  /** Why it can not be measured here, or undefined. */
  missing(): string | undefined;
  start(options: StartOptions): Promise<Server>;
}

export interface StartOptions {
  /** Cores it may use, as taskset takes them. */
  cores: string;
  /** Folder for CPU profiles of its threads, if they are wanted; only servers on Node make them. */
  profiles: string | undefined;
  /** Media threads, where a server has a choice: only this one. */
  workers: number;
}

/** Where Debian puts the sources of Go packages. */
const GO_PATH = "/usr/share/gocode";

/** The servers there are to measure, this one first. */
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
 * Builds pion's program from Debian's sources: a second GOPATH makes Go find them by their versioned names.
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
 * A server that is talked to in JSON lines. Its first tells where the song comes in. One that answers gets
 * `{id, role, sdp}` and gives `{id, sdp}`; one that offers gets `{id}`, gives `{id, sdp}` and gets the same
 * back.
 */
async function startLines(
  cores: string,
  command: [string, ...string[]],
  manner: "answers" | "offers",
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
    program.say(JSON.stringify(question));
    return new Promise((resolve) => asked.set(question.id, resolve));
  };
  let last = 0;
  return {
    pid: program.pid,
    rtpPort,
    meet: async (role, own) => {
      const id = ++last;
      const sdp = describe(own, role === "publish" ? "sendonly" : "recvonly");
      if (manner === "answers") return readServer(await ask({ id, role, sdp }));
      const offer = await ask({ id });
      program.say(JSON.stringify({ id, sdp }));
      return readServer(offer);
    },
    close: () => program.close(),
  };
}
