import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("aiortc-program.py", import.meta.url));

/** Debian's own Python, which finds Debian's aiortc even if another Python comes first in PATH. */
export const python = ["/usr/bin/python3", "python3"].find((name) => {
  try {
    execFileSync(name, ["-c", "import aiortc"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** A WHIP or WHEP client of another project: `test/support/aiortc-program.py`. */
export class AiortcProgram {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts the program. Resolves when its media is connected. */
  static async connect(order: {
    door: "whip" | "whep";
    url: string;
    token?: string;
    hz?: number;
    video?: boolean;
  }): Promise<AiortcProgram> {
    const child = spawn(python!, [PROGRAM], { stdio: ["pipe", "pipe", "inherit"] });
    const program = new AiortcProgram(child);
    child.stdin.write(`${JSON.stringify({ token: "", ...order })}\n`);
    const { connected } = await program.next("connected");
    if (connected !== 201) throw new Error(`the program got ${connected}`);
    return program;
  }

  /** The next line with this field. */
  async next(field: string): Promise<Record<string, unknown>> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`the program ended before it said “${field}”`);
      const line = JSON.parse(value) as Record<string, unknown>;
      if (field in line) return line;
    }
  }

  /** Resolves when this is the loudest frequency of a second that the program receives, Hz. */
  async hears(hz: number): Promise<void> {
    for (;;) if ((await this.next("hz")).hz === hz) return;
  }

  /** Ends the session by DELETE. @returns the status */
  async leave(): Promise<unknown> {
    this.#child.stdin!.write("end\n");
    return (await this.next("deleted")).deleted;
  }

  /** Ends the process without a word. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}
