import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "./test-app.ts";

const MAIN = fileURLToPath(new URL("../../server/main.ts", import.meta.url));
/** pino's number for `error`; what is as high or higher tells of a defect. */
const ERROR_LEVEL = 50;

interface LogLine {
  level: number;
  msg: string;
  port: number;
  udpPort: number;
}

/**
 * The server as `npm start` runs it, in a process of its own, on every address of the machine and free
 * ports. Stopped and started again it keeps its ports and its data.
 */
export class ServerProcess {
  readonly #data = temporaryDirectory();
  #child: ReturnType<typeof spawn> | undefined;
  /** Every line the server has logged as an error. */
  readonly errors: LogLine[] = [];
  readonly #env: Record<string, string>;
  port = 0;
  udpPort = 0;
  /** What it has said on standard error beside its log, and the exit code of the process when it has one. */
  readonly words: string[] = [];
  exited: Promise<number | null> = Promise.resolve(null);
  /** Where its inspector is, if `NODE_OPTIONS` asked for one. */
  inspectorUrl = "";

  private constructor(env: Record<string, string>) {
    this.#env = env;
  }

  /** @param env settings beyond those of this class */
  static async start(env: Record<string, string> = {}): Promise<ServerProcess> {
    const server = new ServerProcess(env);
    await server.start();
    return server;
  }

  /** Where it keeps what must survive. */
  get dataDir(): string {
    return this.#env.DATA_DIR ?? this.#data.path;
  }

  /** Its process id; undefined before it was started. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Where its start page is. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        HOST: "",
        PORT: String(this.port),
        UDP_PORT: String(this.udpPort),
        DATA_DIR: this.#data.path,
        LOG_LEVEL: "info",
        ...this.#env,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    const { promise, resolve, reject } = Promise.withResolvers<LogLine>();
    const said: string[] = [];
    const lines = createInterface({ input: child.stderr! });
    this.exited = Promise.all([once(child, "exit"), once(lines, "close")]).then(([[code]]) => code);
    lines.on("line", (text) => {
      said.push(text);
      this.inspectorUrl ||= /^Debugger listening on (ws:\S+)/.exec(text)?.[1] ?? "";
      if (!text.startsWith("{")) {
        this.words.push(text);
        return;
      }
      const line: LogLine = JSON.parse(text);
      if (line.level >= ERROR_LEVEL) this.errors.push(line);
      if (line.msg === "server started") resolve(line);
    });
    child.once("exit", () => reject(new Error(`The server did not start: ${said.join("\n")}`)));
    ({ port: this.port, udpPort: this.udpPort } = await promise);
  }

  /** Resolves when the process is gone. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  /** Stops it for good and removes its data. */
  async close(): Promise<void> {
    await this.stop();
    this.#data.remove();
  }
}
