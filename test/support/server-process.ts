import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "./test-app.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** pino's level `error`. A line at this level or above means a bug. */
const ERROR_LEVEL = 50;

interface LogLine {
  level: number;
  msg: string;
  port: number;
  udpPort: number;
}

/**
 * A server process, started like `npm start`, on all addresses of the machine and free ports. When it is
 * stopped and started again it keeps its ports and its data.
 */
export class ServerProcess {
  readonly #data = temporaryDirectory();
  #child: ReturnType<typeof spawn> | undefined;
  /** Every line that the server has logged at level `error` or above. */
  readonly errors: LogLine[] = [];
  readonly #env: Record<string, string>;
  readonly #root: string;
  readonly #command: readonly string[];
  port = 0;
  udpPort = 0;
  /** Lines on standard error that are not log lines. */
  readonly words: string[] = [];
  /** Resolves with the exit code when the process has exited. */
  exited: Promise<number | null> = Promise.resolve(null);
  /** URL of its inspector if `NODE_OPTIONS` starts one, otherwise "". */
  inspectorUrl = "";

  private constructor(env: Record<string, string>, root: string, prefix: readonly string[]) {
    this.#env = env;
    this.#root = root;
    this.#command = [...prefix, process.execPath, join(root, "server/main.ts")];
  }

  /**
   * @param env additional environment variables
   * @param root folder of the program, by default this one; another checkout has its own build
   * @param prefix command that starts it elsewhere, such as in a network of its own
   */
  static async start(
    env: Record<string, string> = {},
    root = ROOT,
    prefix: readonly string[] = [],
  ): Promise<ServerProcess> {
    const server = new ServerProcess(env, root, prefix);
    await server.start();
    return server;
  }

  /** Path of its data directory. */
  get dataDir(): string {
    return this.#env.DATA_DIR ?? this.#data.path;
  }

  /** Its process id; undefined before the start. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** URL of its start page. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the process. Resolves when the server listens. */
  async start(): Promise<void> {
    const [program = "", ...args] = this.#command;
    const child = spawn(program, args, {
      cwd: this.#root,
      env: {
        ...process.env,
        HOST: "",
        PORT: String(this.port),
        UDP_PORT: String(this.udpPort),
        DATA_DIR: this.#data.path,
        LOG_LEVEL: "info",
        MDNS_NAME: "off",
        ...this.#env,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    const { promise, resolve, reject } = Promise.withResolvers<LogLine>();
    const output: string[] = [];
    const lines = createInterface({ input: child.stderr! });
    this.exited = Promise.all([once(child, "exit"), once(lines, "close")]).then(([[code]]) => code);
    lines.on("line", (text) => {
      output.push(text);
      this.inspectorUrl ||= /^Debugger listening on (ws:\S+)/.exec(text)?.[1] ?? "";
      if (!text.startsWith("{")) {
        this.words.push(text);
        return;
      }
      const line: LogLine = JSON.parse(text);
      if (line.level >= ERROR_LEVEL) this.errors.push(line);
      if (line.msg === "server started") resolve(line);
    });
    child.once("exit", () => reject(new Error(`The server did not start: ${output.join("\n")}`)));
    ({ port: this.port, udpPort: this.udpPort } = await promise);
  }

  /** Sends a signal. Resolves when the process has exited. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  /** Stops the process and deletes its data. */
  async close(): Promise<void> {
    await this.stop();
    this.#data.remove();
  }
}
