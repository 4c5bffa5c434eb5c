import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The core that servers run on, in the notation of taskset. */
export const SERVER_CORE = "0";
/** The core that the crowd runs on. */
export const CROWD_CORE = "1";
export const BOTH_CORES = "0,1";

/** How long a program may take to end after its input has ended. */
const END_TIMEOUT_MS = 5_000;

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BUILD = mkdtempSync(`${tmpdir()}/lightwall-bench-`);

/** The path of a source file of this bench. */
export const source = (path: string): string => `${HERE}${path}`;
/** The path of a built program or of a server's files, in a temporary directory. */
export const built = (name: string): string => `${BUILD}/${name}`;

/** Whether a program is installed, or whether it succeeds with these arguments. */
export function has(program: string, args?: string[]): boolean {
  try {
    if (args) execFileSync(program, args, { stdio: "ignore" });
    else execFileSync("which", [program], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Prefix of a command that gives it priority over other work on the machine, where that is allowed. */
const priority = has("nice", ["-n", "-20", "true"]) ? ["nice", "-n", "-20"] : [];
try {
  // Linux first divides the CPU between sessions, then between their programs (sched(7), autogroups).
  writeFileSync("/proc/self/autogroup", "-20");
} catch {
  // CPU times remain valid. Delays depend on the other load of the machine.
}

/**
 * Builds a C program against OpenSSL.
 * @throws Error with the compiler's output if it fails, or if there is no compiler
 */
export function buildC(name: string, sources: string[], flags: string[] = []): string {
  const output = built(name);
  execFileSync("cc", ["-O2", "-Wall", "-Wextra", ...flags, "-o", output, ...sources, "-lssl", "-lcrypto"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return output;
}

/** A child process that reads and writes lines. */
export class Program {
  readonly pid: number;
  /** Resolves when the program has ended. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #onLine: (line: string) => void = () => {};

  /** Starts it on these cores, if the system has taskset. */
  constructor(cores: string, [command, ...args]: [string, ...string[]], env: NodeJS.ProcessEnv = {}) {
    const [first = command, ...rest] = [
      ...(canPin ? ["taskset", "-c", cores] : []),
      ...priority,
      command,
      ...args,
    ];
    this.#child = spawn(first, rest, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    this.pid = this.#child.pid ?? 0;
    this.ended = new Promise((resolve) => this.#child.once("close", () => resolve()));
    // Writing to a program that has ended must not end the bench: its silence shows that it has ended.
    this.#child.stdin.on("error", () => {});
    createInterface({ input: this.#child.stdout }).on("line", (text) => this.#onLine(text));
  }

  /** Sets the handler of the program's lines. */
  onLine(handler: (line: string) => void): void {
    this.#onLine = handler;
  }

  /**
   * Waits for the first line, which says that the program is ready.
   * @throws Error if the program ends instead
   */
  firstLine(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.onLine(resolve);
      void this.ended.then(() => reject(new Error("the program ended before it was ready")));
    });
  }

  send(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Ends its input, upon which it ends by itself; kills it after {@link END_TIMEOUT_MS}. Idempotent. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const overdue = setTimeout(() => this.#child.kill("SIGKILL"), END_TIMEOUT_MS);
    await this.ended;
    clearTimeout(overdue);
  }
}

/** Whether programs can be bound to a core. */
export const canPin = has("taskset");
