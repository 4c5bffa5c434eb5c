import { mkdirSync, readdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { SavedWall } from "../protocol/wall-schema.ts";
import { type Kept, type Operations, WallFiles } from "./files.ts";
import { codeOf, sweepWalls } from "./sweep.ts";

/** How long changes are gathered before they are written, ms. */
const GATHER_MS = 500;
/** Wait after a first failure, ms; it doubles with each further one, up to the longest. */
const RETRY_FIRST_MS = 500;
const RETRY_LONGEST_MS = 15_000;
/** How often the end tries what has failed, and the wait between, ms. */
const LAST_TRIES = 5;
const LAST_RETRY_MS = 200;
/**
 * Operations on the disk at the same time: as many as Node has threads for them, so that many walls are
 * synced in one go; no more, as each takes a file descriptor.
 */
const LANES = 4;
/** Most walls that wait after a failure, as each stays in memory; then who waits longest is given up. */
const FAILING_MAX = 1_000;
/** Most walls kept; who was not used for longest goes first. */
const WALLS_MAX = 10_000;

/** What the disk is to hold of a wall; without `wall`, nothing. */
interface Wanted {
  readonly wall?: () => SavedWall;
}

/** What is still to be done for a wall. */
interface Job {
  wanted: Wanted | undefined;
  /**
   * Must be read before anything may be written; called with the wall, it says whether that may be written
   * over.
   */
  late: ((wall: SavedWall) => boolean) | undefined;
  failures: number;
  timer: NodeJS.Timeout | undefined;
  busy: boolean;
}

/**
 * Keeps walls over restarts: a JSON file for each, under its code. A database would add nothing: walls know
 * nothing of one another, and each is read once, when it is opened.
 *
 * - A file is written whole beside the old one, synced, and takes its place by a rename.
 * - Only "no such file" means that there is no wall. A damaged file is moved aside and stays for whoever can
 *   mend it. One that cannot be read now (too many open files, a fault of the disk) is read again, and until
 *   then nothing is written over it: the wall opens without its arrangement, and gets it back when the read
 *   succeeds.
 * - What fails is tried again, alone: each wall waits for its own next try. Of one wall the latest wish
 *   counts, so that keeping and forgetting never change places.
 */
export class WallStore {
  readonly #directory: string;
  readonly #keptMs: number;
  readonly #log: Logger;
  readonly #files: WallFiles;
  /** Codes under which a wall is on the disk. */
  readonly #codes = new Set<string>();
  /** By code, in the order of their beginning. */
  readonly #jobs = new Map<string, Job>();
  /** What is being done, as many operations at once as there are lanes. */
  readonly #lanes = Array.from({ length: LANES }, () => Promise.resolve());
  #lane = 0;
  #closing = false;

  /**
   * @param keptMs how long a wall is kept that nobody opens
   * @throws Error when the directory cannot be made or read
   */
  constructor(dataDir: string, keptMs: number, log: Logger, operations: Partial<Operations> = {}) {
    this.#directory = join(dataDir, "walls");
    this.#keptMs = keptMs;
    this.#log = log;
    this.#files = new WallFiles(this.#directory, log, operations);
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    this.#note(readdirSync(this.#directory));
  }

  /** Whether a wall is kept under this code, or may be. */
  has(code: string): boolean {
    const job = this.#jobs.get(code);
    return this.#codes.has(code) || job?.wanted?.wall !== undefined || job?.late !== undefined;
  }

  /** The wall as it was kept. */
  read(code: string): Kept {
    const job = this.#jobs.get(code);
    if (job?.late) return { state: "unread", wall: job.wanted?.wall?.() };
    if (!job?.wanted) return this.#load(code);
    const wall = job.wanted.wall?.();
    return wall ? { state: "kept", wall } : { state: "none" };
  }

  /**
   * Reads a wall again that could not be read, until it can. Meanwhile nothing is written under its code.
   * @param taken called with the wall, unless there is none after all; says whether what waits may be written
   * over it
   */
  readLater(code: string, taken: (wall: SavedWall) => boolean): void {
    const job = this.#job(code);
    job.late = taken;
    job.failures = Math.max(1, job.failures);
    this.#arm(code, job, retryWait(job.failures));
  }

  /** Keeps the wall as `wall` gives it a moment later. */
  keep(code: string, wall: () => SavedWall): void {
    const job = this.#job(code);
    job.wanted = { wall };
    this.#arm(code, job, GATHER_MS);
  }

  /** Forgets a wall that is over. */
  forget(code: string): void {
    const job = this.#job(code);
    job.wanted = {};
    job.late = undefined;
    this.#arm(code, job, 0);
  }

  /**
   * Forgets walls that nobody has opened for too long, and what a crash has left half written.
   * @param isOpen whether a wall is in use
   * @param max most walls kept
   */
  async sweep(isOpen: (code: string) => boolean, max = WALLS_MAX): Promise<void> {
    await this.idle;
    const names = await readdir(this.#directory);
    this.#note(names);
    const gone = await sweepWalls({
      directory: this.#directory,
      names,
      isOpen,
      isUsed: (code) => isOpen(code) || this.#jobs.has(code),
      keptMs: this.#keptMs,
      max,
      log: this.#log,
    });
    for (const code of gone) this.#codes.delete(code);
  }

  /** Resolves when nothing is being written or removed. */
  get idle(): Promise<unknown> {
    return Promise.all(this.#lanes);
  }

  /** Writes what waits, and what has failed before; says what it could not. */
  async close(): Promise<void> {
    this.#closing = true;
    for (let tries = 0; tries < LAST_TRIES && this.#jobs.size > 0; tries++) {
      if (tries > 0) await sleep(LAST_RETRY_MS);
      for (const [code, job] of this.#jobs) if (!job.busy) this.#start(code, job);
      await this.idle;
    }
    this.#closing = false;
    for (const [room, { wanted }] of this.#jobs) {
      if (wanted) this.#log.error({ room, path: this.#files.path(room) }, "wall not kept at the end");
    }
  }

  #job(code: string): Job {
    const known = this.#jobs.get(code);
    if (known) return known;
    const job: Job = { wanted: undefined, late: undefined, failures: 0, timer: undefined, busy: false };
    this.#jobs.set(code, job);
    return job;
  }

  /** Begins the job after a while, unless it is begun or about to be. */
  #arm(code: string, job: Job, wait: number): void {
    if (job.busy || this.#closing) return;
    job.timer ??= setTimeout(() => this.#start(code, job), wait);
  }

  #start(code: string, job: Job): void {
    clearTimeout(job.timer);
    job.timer = undefined;
    job.busy = true;
    const lane = this.#lane++ % LANES;
    this.#lanes[lane] = (this.#lanes[lane] as Promise<void>).then(() => this.#do(code, job));
  }

  async #do(code: string, job: Job): Promise<void> {
    try {
      if (job.late) this.#readLate(code, job, job.late);
      const { wanted } = job;
      if (wanted?.wall) await this.#write(code, wanted.wall);
      else if (wanted) await this.#remove(code);
      job.busy = false;
      if (job.failures > 0 && wanted?.wall) this.#log.info({ room: code }, "wall kept after all");
      job.failures = 0;
      // It may have changed meanwhile.
      if (job.wanted === wanted && !job.late) this.#jobs.delete(code);
      else this.#arm(code, job, GATHER_MS);
    } catch (err) {
      job.busy = false;
      job.failures++;
      const retryMs = retryWait(job.failures);
      const rare = Math.log2(job.failures) % 1 === 0;
      this.#log[rare ? "error" : "debug"]({ err, room: code, retryMs }, "wall not kept yet");
      this.#arm(code, job, retryMs);
      this.#giveUpOne();
    }
  }

  /** @throws Error while the wall cannot be read */
  #readLate(code: string, job: Job, taken: (wall: SavedWall) => boolean): void {
    const kept = this.#load(code);
    if (kept.state === "unread") throw new Error(`${this.#files.path(code)} cannot be read`);
    if (kept.state === "kept" && !taken(kept.wall)) job.wanted = undefined;
    job.late = undefined;
  }

  async #write(code: string, wall: () => SavedWall): Promise<void> {
    await this.#files.write(code, wall());
    this.#codes.add(code);
  }

  async #remove(code: string): Promise<void> {
    await this.#files.remove(code);
    this.#codes.delete(code);
  }

  #giveUpOne(): void {
    // Not one that must not be written over: with its job, that would be forgotten.
    const failing = [...this.#jobs].filter(([, { failures, late, busy }]) => failures > 0 && !late && !busy);
    const [first] = failing;
    if (failing.length <= FAILING_MAX || !first) return;
    const [room, job] = first;
    clearTimeout(job.timer);
    this.#jobs.delete(room);
    this.#log.error({ room }, "wall not kept: too many wait for the disk");
  }

  #load(code: string): Kept {
    const kept = this.#files.read(code);
    // It may have been damaged, and moved aside.
    if (kept.state === "none") this.#codes.delete(code);
    return kept;
  }

  #note(names: readonly string[]): void {
    for (const name of names) {
      const code = codeOf(name);
      if (code !== undefined && name === `${code}.json`) this.#codes.add(code);
    }
  }
}

function retryWait(failures: number): number {
  return Math.min(RETRY_FIRST_MS * 2 ** (failures - 1), RETRY_LONGEST_MS);
}
