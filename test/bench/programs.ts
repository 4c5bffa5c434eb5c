import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** Servers run on one core, the crowd on another; lists as taskset takes them. */
export const SERVER_CORE = "0";
export const CROWD_CORE = "1";
export const BOTH_CORES = "0,1";

/** Time in ms for a program to end when its input has. */
const END_TIMEOUT = 5000;

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BUILD = mkdtempSync(`${tmpdir()}/lightwall-bench-`);

/** Where this bench's sources stand. */
export const source = (path: string): string => `${HERE}${path}`;
/** Where programs are built and servers keep their files; the system clears it away. */
export const built = (name: string): string => `${BUILD}/${name}`;

/** Whether a program can be run, with these arguments if any. */
export function has(program: string, args?: string[]): boolean {
  try {
    if (args) execFileSync(program, args, { stdio: "ignore" });
    else execFileSync("which", [program], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** What goes before a command so that other work on the machine waits for it, where we may ask for that. */
const ahead = has("nice", ["-n", "-20", "true"]) ? ["nice", "-n", "-20"] : [];
try {
  // Linux weighs terminal sessions before it looks at their programs (sched(7), autogroups).
  writeFileSync("/proc/self/autogroup", "-20");
} catch {
  // CPU times stand; delays have to be read with the machine's load in mind.
}

/**
 * Builds a C program against OpenSSL.
 * @throws with the compiler's words when there is no compiler, no OpenSSL headers, or a mistake
 */
export function buildC(name: string, sources: string[], flags: string[] = []): string {
  const output = built(name);
  execFileSync("cc", ["-O2", "-Wall", "-Wextra", ...flags, "-o", output, ...sources, "-lssl", "-lcrypto"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return output;
}

/** A program that is talked to in lines. */
export class Program {
  readonly pid: number;
  /** Resolves when the program has ended. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #hear: (line: string) => void = () => {};

  /** Starts it on some of the cores, where the system can do that. */
  constructor(cores: string, [command, ...args]: [string, ...string[]], env: NodeJS.ProcessEnv = {}) {
    const [first = command, ...rest] = [
      ...(canPin ? ["taskset", "-c", cores] : []),
      ...ahead,
      command,
      ...args,
    ];
    this.#child = spawn(first, rest, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    this.pid = this.#child.pid ?? 0;
    this.ended = new Promise((resolve) => this.#child.once("close", () => resolve()));
    // A program that dies is seen by its silence; writing to it must not end the bench.
    this.#child.stdin.on("error", () => {});
    createInterface({ input: this.#child.stdout }).on("line", (text) => this.#hear(text));
  }

  /** Takes the program's lines from now on. */
  onLine(hear: (line: string) => void): void {
    this.#hear = hear;
  }

  /**
   * Waits for the line that says it is ready.
   * @throws if the program ends instead
   */
  firstLine(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.onLine(resolve);
      void this.ended.then(() => reject(new Error("the program ended before it was ready")));
    });
  }

  say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Ends its input, which ends it, if need be by force; idempotent. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const overdue = setTimeout(() => this.#child.kill("SIGKILL"), END_TIMEOUT);
    await this.ended;
    clearTimeout(overdue);
  }
}

/** Whether programs can be kept to one core. */
export const canPin = has("taskset");
