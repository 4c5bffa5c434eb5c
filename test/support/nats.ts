import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findProgram } from "./find-program.ts";
import { freePort } from "./ports.ts";
import { temporaryDirectory } from "./test-app.ts";

/** A NATS server with JetStream on a free port of 127.0.0.1, which can be stopped and started again. */
export class NatsServer {
  readonly port: number;
  readonly #program: string;
  readonly #directory = temporaryDirectory();
  readonly #args: readonly string[];
  #child: ReturnType<typeof spawn> | undefined;

  private constructor(program: string, port: number, args: readonly string[]) {
    this.#program = program;
    this.port = port;
    this.#args = args;
  }

  /**
   * @param args further arguments of the program
   * @throws Error with advice if it is not installed
   */
  static async start(args: readonly string[] = []): Promise<NatsServer> {
    const program = findProgram(["nats-server", "/usr/sbin/nats-server"]);
    if (!program) throw new Error("This test needs NATS: sudo apt-get install nats-server");
    const server = new NatsServer(program, await freePort(), args);
    await server.start();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Starts it again on the same port. */
  async start(): Promise<void> {
    const store = join(this.#directory.path, "store");
    mkdirSync(store, { recursive: true });
    const listen = ["-a", "127.0.0.1", "-p", String(this.port), "-js", "-sd", store];
    this.#child = spawn(this.#program, [...listen, ...this.#args], { stdio: "ignore" });
    while (!(await this.#answers())) await delay(20);
  }

  /** Ends it at once, as when its machine is switched off. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  /** Removes all that it has kept. It must be stopped. */
  empty(): void {
    rmSync(join(this.#directory.path, "store"), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.stop();
    this.#directory.remove();
  }

  #answers(): Promise<boolean> {
    const socket = connect(this.port, "127.0.0.1");
    return once(socket, "data")
      .then(
        () => true,
        () => false,
      )
      .finally(() => socket.destroy());
  }
}
