import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { findProgram } from "./find-program.ts";
import { temporaryDirectory } from "./test-app.ts";

const CANDIDATES = ["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];

/** How long Firefox may take to answer a command. */
const ANSWER_TIMEOUT_MS = 45_000;
/** How long Firefox may take to end by itself. */
const CLOSE_TIMEOUT_MS = 10_000;

type Preferences = Record<string, boolean | number | string>;

const PREFERENCES: Preferences = {
  "media.autoplay.default": 0,
  "media.autoplay.blocking_policy": 0,
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "app.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

/** The path of this machine's Firefox, by `FIREFOX` or its usual names; undefined if there is none. */
export function findFirefox(): string | undefined {
  return findProgram(process.env.FIREFOX ? [process.env.FIREFOX] : CANDIDATES);
}

/** Firefox opens no UDP path to 127.0.0.1, so it goes by an address of this machine. */
export function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)!.address;
}

/** Firefox without a window and with one page, driven by WebDriver BiDi (w3.org/TR/webdriver-bidi). */
export class Firefox {
  readonly #processes: ChildProcess[];
  readonly #profile: { remove(): void };
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #page = "";
  #sent = 0;

  private constructor(processes: ChildProcess[], profile: { remove(): void }, socket: WebSocket) {
    this.#processes = processes;
    this.#profile = profile;
    this.#socket = socket;
    socket.on("message", (data) => this.#receive(JSON.parse(String(data))));
  }

  /**
   * @param secureName a host name or address whose pages count as those of a secure origin
   * @param others further preferences
   */
  static async launch(program: string, secureName = "", others: Preferences = {}): Promise<Firefox> {
    const directory = temporaryDirectory();
    const preferences = { ...PREFERENCES, ...others, "dom.securecontext.allowlist": secureName };
    const lines = Object.entries(preferences).map(
      ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
    );
    writeFileSync(join(directory.path, "user.js"), lines.join("\n"));
    const sound = await startSoundServer(join(directory.path, "pulse"));
    const firefox = spawn(
      program,
      ["--headless", "--no-remote", "--profile", directory.path, "--remote-debugging-port=0", "about:blank"],
      { env: { ...process.env, ...sound?.env }, stdio: ["ignore", "ignore", "pipe"] },
    );
    const address = await lineOf(firefox, /listening on (ws:\/\/\S+)/);
    const socket = new WebSocket(`${address}/session`);
    await once(socket, "open");
    const browser = new Firefox(sound ? [firefox, sound.process] : [firefox], directory, socket);
    await browser.#command("session.new", { capabilities: {} });
    const tree = await browser.#command<{ contexts: { context: string }[] }>("browsingContext.getTree", {});
    browser.#page = tree.contexts[0]!.context;
    return browser;
  }

  /** Opens an address. Resolves when the page is loaded. */
  async goto(url: string): Promise<void> {
    await this.#command("browsingContext.navigate", { context: this.#page, url, wait: "complete" });
  }

  /** Runs a script in every page that is opened from now on, before its own. */
  async watch(script: string): Promise<void> {
    await this.#command("script.addPreloadScript", { functionDeclaration: `() => {${script}}` });
  }

  /** Evaluates an expression in the page. */
  async evaluate<Value extends string | number | boolean>(expression: string): Promise<Value> {
    const { type, result, exceptionDetails } = await this.#command<{
      type: "success" | "exception";
      result: { value: Value };
      exceptionDetails?: { text: string };
    }>("script.evaluate", { expression, target: { context: this.#page }, awaitPromise: true });
    if (type === "exception") throw new Error(exceptionDetails?.text);
    return result.value;
  }

  /** Clicks in the middle of the page, which counts as a user gesture. */
  async tap(): Promise<void> {
    const [x, y] = [
      await this.evaluate<number>("innerWidth >> 1"),
      await this.evaluate<number>("innerHeight >> 1"),
    ];
    const actions = [
      { type: "pointerMove", x, y },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    await this.#command("input.performActions", {
      context: this.#page,
      actions: [{ type: "pointer", id: "mouse", actions }],
    });
  }

  async close(): Promise<void> {
    const [firefox, sound] = this.#processes;
    const isGone = firefox!.exitCode === null ? once(firefox!, "exit") : undefined;
    this.#command("browser.close", {}).catch(() => {});
    // Firefox sometimes does not answer any more.
    await Promise.race([isGone, delay(CLOSE_TIMEOUT_MS).then(() => firefox!.kill("SIGKILL"))]);
    await isGone;
    sound?.kill();
    if (sound && sound.exitCode === null) await once(sound, "exit");
    this.#profile.remove();
  }

  #command<Result>(method: string, params: object): Promise<Result> {
    const id = ++this.#sent;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params }));
    const timer = setTimeout(
      () => answer.reject(new Error(`Firefox does not answer to ${method}`)),
      ANSWER_TIMEOUT_MS,
    );
    return answer.promise.finally(() => clearTimeout(timer)) as Promise<Result>;
  }

  #receive({
    id,
    type,
    result,
    message,
  }: {
    id?: number;
    type: string;
    result: unknown;
    message?: string;
  }): void {
    const answer = this.#waiting.get(id ?? 0);
    if (type === "success") answer?.resolve(result);
    else if (type === "error") answer?.reject(new Error(message));
  }
}

/**
 * Starts a PulseAudio with a null sink: without a sound server Firefox does not start its audio graph.
 * Undefined if PulseAudio is not installed: Firefox then uses the sound server of the machine.
 */
async function startSoundServer(socket: string) {
  const program = findProgram(["pulseaudio"]);
  if (!program) return undefined;
  const server = spawn(
    program,
    [
      ...["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-level=info"],
      ...["-L", "module-null-sink", "-L", `module-native-protocol-unix auth-anonymous=1 socket=${socket}`],
    ],
    { env: { ...process.env, XDG_RUNTIME_DIR: `${socket}.run` }, stdio: ["ignore", "ignore", "pipe"] },
  );
  await lineOf(server, /(Daemon startup complete)/);
  return { process: server, env: { PULSE_SERVER: `unix:${socket}` } };
}

/** Waits for a line on a program's standard error. Resolves to the first group of the match. */
function lineOf(program: ChildProcess, words: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    createInterface({ input: program.stderr! }).on("line", (line) => {
      said.push(line);
      const match = words.exec(line);
      if (match) resolve(match[1]!);
    });
    program.once("error", reject);
    program.once("exit", () => reject(new Error(`${program.spawnfile} ended: ${said.join("\n")}`)));
  });
}
