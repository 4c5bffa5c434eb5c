import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import type { Input } from "./corpus.ts";
import { ask, busy, figures } from "./figures.ts";

/** One input may keep a thread busy for this long, ms. */
export const HANG = 100;
/**
 * What a stage may hold more at its end than at half of its inputs, bytes: so much is noise, and so much for
 * each input between.
 */
const GROWTH_NOISE = 2 ** 20;
const GROWTH_PER_INPUT = 32;
/**
 * A stage of fewer inputs tells nothing of its memory: what it holds is what every program has come to hold
 * by then.
 */
const GROWTH_INPUTS_MIN = 20_000;
/** How long threads may take to hear that something is closed, ms. */
const SETTLING = 250;
/** Looks at the memory for one figure. */
const LOOKS = 4;
/** Inputs between two turns of the event loop where a stage has none of its own. */
const STRETCH = 500;

/** What a server must never do; the message says what it was. */
export class Fault extends Error {}

/** Where a process writes what it is about to try, to be read when it dies of it. */
export class Journal {
  readonly #directory = mkdtempSync(join(tmpdir(), "lightwall-fuzz-"));
  readonly path = join(this.#directory, "journal");

  close(): void {
    rmSync(this.#directory, { recursive: true });
  }

  /** What was under way. */
  read(): Input[] {
    const [length = "0"] = readFileSync(this.path, "latin1").split("\n", 1);
    const text = readFileSync(this.path, "latin1").slice(
      length.length + 1,
      length.length + 1 + Number(length),
    );
    return text.split("\n").map((line) => line.split(" ").map((part) => Buffer.from(part, "hex")));
  }
}

/** Looks at what inputs do: how long they take, what they leave behind, and whether they do harm. */
export class Watch {
  readonly #journal: number | undefined;
  readonly #total: number;
  /** Threads besides this one that are looked at. */
  readonly #threads: number;
  #inputs = 0;
  #grown: number | undefined;
  #half: { inputs: number; memory: number } | undefined;
  #turned = 0;
  #slowest = 0;
  readonly harmful: Input[] = [];
  readonly faults: string[] = [];

  /**
   * @param journal file for what is under way
   * @param threads how many other threads there are that have loaded the probe
   */
  constructor(total: number, { journal, threads = 0 }: { journal?: string; threads?: number } = {}) {
    this.#total = total;
    this.#journal = journal === undefined ? undefined : openSync(journal, "w");
    this.#threads = threads;
  }

  get asksThreads(): boolean {
    return this.#threads > 0;
  }

  get inputs(): number {
    return this.#inputs;
  }

  /** The longest that one input has taken, ms of processor time. */
  get slowest(): number {
    return this.#slowest;
  }

  /** Whether all inputs are through, or so many have done harm that more would tell nothing new. */
  get isDone(): boolean {
    return this.#inputs >= this.#total || this.faults.length >= 20;
  }

  /** Tries one input in this thread; whatever is thrown is a fault, and so is a hang. */
  try(input: Input, run: () => void): void {
    this.note([input]);
    const before = busy();
    try {
      run();
    } catch (error) {
      this.fault((error as Error).stack ?? String(error), input);
    }
    this.took(busy() - before, input);
  }

  /** So many ms of a thread's work went into an input. */
  took(ms: number, input: Input): void {
    this.#slowest = Math.max(this.#slowest, ms);
    if (ms > HANG) this.fault(`it takes ${Math.round(ms)} ms`, input);
  }

  /** Inputs that are about to be tried. */
  note(inputs: readonly Input[]): void {
    this.#inputs += inputs.length;
    this.journal(inputs);
  }

  /** As {@link note}, for what is tried once more. */
  journal(inputs: readonly Input[]): void {
    if (this.#journal === undefined) return;
    const text = inputs.map((input) => input.map((part) => part.toString("hex")).join(" ")).join("\n");
    writeSync(this.#journal, `${text.length}\n${text}`, 0, "latin1");
  }

  fault(what: string, input?: Input): void {
    console.error(
      `FAULT: ${what}`,
      input?.map((part) => part.toString("hex").slice(0, 3000)).join(" ") ?? "",
    );
    this.faults.push(what.split("\n")[0]!);
    if (input) this.harmful.push(input);
  }

  /**
   * Lets the event loop turn now and then, and looks at the memory when half is through: to be called when
   * nothing is open that will be closed at the end.
   */
  async breathe(): Promise<void> {
    if (this.#inputs - this.#turned >= STRETCH) {
      this.#turned = this.#inputs;
      await turn();
    }
    if (!this.#half && this.#inputs * 2 >= this.#total) await this.#halfway();
  }

  /**
   * Looks at the memory at the end, while the threads are still there; further calls do nothing.
   * @returns what is held more than at half, bytes; undefined where garbage can not be collected at will
   */
  async look(): Promise<number | undefined> {
    if (!globalThis.gc || !this.#half || this.faults.length > 0) return;
    this.#grown ??= (await this.#memory()) - this.#half.memory;
    const limit = GROWTH_NOISE + GROWTH_PER_INPUT * (this.#inputs - this.#half.inputs);
    if (this.#total >= GROWTH_INPUTS_MIN && this.#grown > limit) {
      this.fault(`memory grows by ${this.#grown} bytes, more than ${limit}`);
    }
    return this.#grown;
  }

  async #halfway(): Promise<void> {
    this.#half = { inputs: this.#inputs, memory: 0 };
    this.#half.memory = await this.#memory();
  }

  /**
   * What all threads hold, bytes: the least of a few looks, as some of what is collected is let go a little
   * later.
   */
  async #memory(): Promise<number> {
    if (!globalThis.gc) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (let looks = 0; looks < LOOKS; looks++) {
      // What was closed just now is let go when other threads have heard of it.
      await delay(SETTLING);
      const others = this.asksThreads ? await ask(this.#threads, true) : [];
      const own = figures(0, { question: 0, collects: true });
      least = Math.min(
        least,
        [own, ...others].reduce((sum, { memory }) => sum + memory, 0),
      );
    }
    return least;
  }
}
