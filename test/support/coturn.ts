import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { findProgram } from "./find-program.ts";
import { freePort } from "./ports.ts";
import { temporaryDirectory } from "./test-app.ts";

/** A real TURN server on 127.0.0.1, whose users show credentials made of a shared secret. */
export class Coturn {
  readonly port: number;
  readonly #child: ReturnType<typeof spawn>;
  readonly #data: ReturnType<typeof temporaryDirectory>;

  private constructor(
    port: number,
    child: ReturnType<typeof spawn>,
    data: ReturnType<typeof temporaryDirectory>,
  ) {
    this.port = port;
    this.#child = child;
    this.#data = data;
  }

  /**
   * Resolves when it serves.
   * @throws Error that says how to get one where the machine has none
   */
  static async start(secret: string): Promise<Coturn> {
    const program = findProgram(["turnserver"]);
    if (!program) throw new Error("This test needs coturn: sudo apt-get install coturn");
    const data = temporaryDirectory();
    const port = await freePort();
    const child = spawn(
      program,
      [
        "-n",
        "--no-cli",
        "--no-tls",
        "--no-dtls",
        "--use-auth-secret",
        `--static-auth-secret=${secret}`,
        "--realm=lightwall",
        "--listening-ip=127.0.0.1",
        `--listening-port=${port}`,
        "--relay-ip=127.0.0.1",
        "--allow-loopback-peers",
        "--log-file=stdout",
        `--pidfile=${join(data.path, "pid")}`,
        `--userdb=${join(data.path, "users")}`,
      ],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    let said = "";
    for await (const chunk of child.stdout) {
      said += chunk;
      if (said.includes("SQLite DB connection success")) break;
    }
    if (child.exitCode !== null) throw new Error(`coturn did not start: ${said}`);
    return new Coturn(port, child, data);
  }

  async close(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill();
    await gone;
    this.#data.remove();
  }
}
