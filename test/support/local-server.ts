import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { findProgram } from "./find-program.ts";
import { freePort } from "./ports.ts";
import { temporaryDirectory } from "./test-app.ts";

export interface LocalServerOptions {
  /** Names and paths of the program. */
  candidates: readonly string[];
  /** How to install it. */
  advice: string;
  /** Its arguments, for a free port and a temporary directory. */
  args(port: number, directory: string): readonly string[] | Promise<readonly string[]>;
}

/** A third-party server on a free port of 127.0.0.1. */
export class LocalServer {
  readonly port: number;
  readonly #child: ReturnType<typeof spawn>;
  readonly #directory: ReturnType<typeof temporaryDirectory>;

  private constructor(
    port: number,
    child: ReturnType<typeof spawn>,
    directory: ReturnType<typeof temporaryDirectory>,
  ) {
    this.port = port;
    this.#child = child;
    this.#directory = directory;
  }

  /**
   * Resolves when it takes connections.
   * @throws Error with the advice if the program is not installed, or with its output if it does not start
   */
  static async start({ candidates, advice, args }: LocalServerOptions): Promise<LocalServer> {
    const program = findProgram(candidates);
    if (!program) throw new Error(advice);
    const directory = temporaryDirectory();
    const port = await freePort();
    const child = spawn(program, await args(port, directory.path), {
      // It does not use the files of the user.
      env: {
        ...process.env,
        HOME: directory.path,
        XDG_CONFIG_HOME: directory.path,
        XDG_DATA_HOME: directory.path,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const server = new LocalServer(port, child, directory);
    let said = "";
    for (const output of [child.stdout, child.stderr]) {
      output.on("data", (chunk) => {
        said += chunk;
      });
    }
    while (!(await server.#answers())) {
      if (child.exitCode !== null) throw new Error(`${program} did not start: ${said}`);
      await delay(20);
    }
    return server;
  }

  async close(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill();
    await gone;
    this.#directory.remove();
  }

  async #answers(): Promise<boolean> {
    const socket = connect(this.port, "127.0.0.1");
    const answers = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    return answers;
  }
}
