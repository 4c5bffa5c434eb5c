import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import type { Input } from "./corpus.ts";
import { askThreads, threadCpuMs, threadUsage } from "./thread-usage.ts";

/** Processor time that one input may take. */
export const HANG_MS = 100;
/** How much a stage's memory may grow during the second half of its inputs, whatever their number. */
const GROWTH_BYTES_MAX = 2 ** 20;
/** How much more it may grow for each input. */
const GROWTH_BYTES_PER_INPUT = 32;
/** With fewer inputs, memory is not checked: the growth is that of any program at its start. */
const GROWTH_INPUTS_MIN = 20_000;
/** Time for threads to release what has been closed, before a measurement. */
const SETTLE_MS = 250;
/** Measurements of memory, of which the least counts. */
const MEMORY_SAMPLES = 4;
/** Inputs between two turns of the event loop. */
const INPUTS_PER_TURN = 500;

/** A violation of what the server guarantees. The message describes it. */
export class Fault extends Error {}

/** A file for the inputs that a process is trying. The parent reads it if the process crashes. */
export class Journal {
  readonly #directory = mkdtempSync(join(tmpdir(), "lightwall-fuzz-"));
  readonly path = join(this.#directory, "journal");

  close(): void {
    rmSync(this.#directory, { recursive: true });
  }

  /** The inputs that were being tried. */
  read(): Input[] {
    const [length = "0"] = readFileSync(this.path, "latin1").split("\n", 1);
    const text = readFileSync(this.path, "latin1").slice(
      length.length + 1,
      length.length + 1 + Number(length),
    );
    return text.split("\n").map((line) => line.split(" ").map((part) => Buffer.from(part, "hex")));
  }
}

/** Detects the faults that inputs cause: exceptions, long computation, and growing memory. */
export class Watch {
  readonly #journal: number | undefined;
  readonly #total: number;
  /** Other threads that are measured. */
  readonly #threads: number;
  #inputs = 0;
  #grownBytes: number | undefined;
  /** The state after half of the inputs. */
  #half: { inputs: number; memoryBytes: number } | undefined;
  /** Inputs at the last turn of the event loop. */
  #turned = 0;
  #slowestMs = 0;
  /** Inputs that have caused a fault. */
  readonly harmful: Input[] = [];
  /** The first lines of the faults' messages. */
  readonly faults: string[] = [];

  /**
   * @param total inputs to try
   * @param journal file for the inputs that are being tried
   * @param threads how many other threads have loaded the probe
   */
  constructor(total: number, { journal, threads = 0 }: { journal?: string; threads?: number } = {}) {
    this.#total = total;
    this.#journal = journal === undefined ? undefined : openSync(journal, "w");
    this.#threads = threads;
  }

  /** Whether the time and memory of other threads are measured. */
  get measuresThreads(): boolean {
    return this.#threads > 0;
  }

  /** Inputs tried so far. */
  get inputs(): number {
    return this.#inputs;
  }

  /** The most processor time that one input has taken. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** Whether all inputs have been tried, or there are so many faults that more are of no use. */
  get isDone(): boolean {
    return this.#inputs >= this.#total || this.faults.length >= 20;
  }

  /** Tries one input in this thread. An exception is a fault, and so is long computation. */
  try(input: Input, run: () => void): void {
    this.begin([input]);
    const before = threadCpuMs();
    try {
      run();
    } catch (error) {
      this.fault((error as Error).stack ?? String(error), input);
    }
    this.recordTime(threadCpuMs() - before, input);
  }

  /** Records the processor time that an input has taken. */
  recordTime(ms: number, input: Input): void {
    this.#slowestMs = Math.max(this.#slowestMs, ms);
    if (ms > HANG_MS) this.fault(`it takes ${Math.round(ms)} ms`, input);
  }

  /** Must be called before inputs are tried. */
  begin(inputs: readonly Input[]): void {
    this.#inputs += inputs.length;
    this.beginAgain(inputs);
  }

  /** Must be called instead of {@link begin} before inputs are tried again. */
  beginAgain(inputs: readonly Input[]): void {
    if (this.#journal === undefined) return;
    const text = inputs.map((input) => input.map((part) => part.toString("hex")).join(" ")).join("\n");
    writeSync(this.#journal, `${text.length}\n${text}`, 0, "latin1");
  }

  fault(message: string, input?: Input): void {
    console.error(
      `FAULT: ${message}`,
      input?.map((part) => part.toString("hex").slice(0, 3000)).join(" ") ?? "",
    );
    this.faults.push(message.split("\n")[0]!);
    if (input) this.harmful.push(input);
  }

  /**
   * Lets the event loop run from time to time, and measures the memory after half of the inputs. Must be
   * called when no objects are open that will be closed at the stage's end.
   */
  async pause(): Promise<void> {
    if (this.#inputs - this.#turned >= INPUTS_PER_TURN) {
      this.#turned = this.#inputs;
      await turn();
    }
    if (!this.#half && this.#inputs * 2 >= this.#total) await this.#halfway();
  }

  /**
   * Measures the memory at the end of the stage, before its threads end. Only the first call measures.
   * @returns growth since half of the inputs, in bytes; undefined if garbage collection cannot be forced
   */
  async checkMemory(): Promise<number | undefined> {
    if (!globalThis.gc || !this.#half || this.faults.length > 0) return;
    this.#grownBytes ??= (await this.#memoryBytes()) - this.#half.memoryBytes;
    const limit = GROWTH_BYTES_MAX + GROWTH_BYTES_PER_INPUT * (this.#inputs - this.#half.inputs);
    if (this.#total >= GROWTH_INPUTS_MIN && this.#grownBytes > limit) {
      this.fault(`memory grows by ${this.#grownBytes} bytes, more than ${limit}`);
    }
    return this.#grownBytes;
  }

  async #halfway(): Promise<void> {
    this.#half = { inputs: this.#inputs, memoryBytes: 0 };
    this.#half.memoryBytes = await this.#memoryBytes();
  }

  /** Memory of all threads: the least of a few samples, because some memory is freed only after a while. */
  async #memoryBytes(): Promise<number> {
    if (!globalThis.gc) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (let samples = 0; samples < MEMORY_SAMPLES; samples++) {
      await delay(SETTLE_MS);
      const others = this.measuresThreads ? await askThreads(this.#threads, true) : [];
      const own = threadUsage(0, { request: 0, collects: true });
      least = Math.min(
        least,
        [own, ...others].reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
      );
    }
    return least;
  }
}
