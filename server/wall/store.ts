import { readdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { makeDirectory } from "../data/files.ts";
import type { SavedWall } from "../protocol/wall-schema.ts";
import { codeOf, removeExpiredWalls } from "./expiry.ts";
import { type Kept, type Operations, WallFiles } from "./files.ts";

/** How long changes are collected before they are written. */
const COLLECT_MS = 500;
/** Wait after the first failure. It doubles with each further one. */
const RETRY_FIRST_MS = 500;
/** Longest wait after a failure. */
const RETRY_LONGEST_MS = 15_000;
/** Attempts that {@link WallStore.close} makes. */
const CLOSE_ATTEMPTS = 5;
/** Wait between two attempts of {@link WallStore.close}. */
const CLOSE_RETRY_MS = 200;
/**
 * Disk operations at the same time: the size of Node's thread pool, so that many walls are synced at once.
 * More would only use more file descriptors.
 */
const LANES = 4;
/** Most walls that wait after a failure, because they stay in memory. Then the longest waiting is dropped. */
const FAILING_MAX = 1_000;
/** Most walls on the disk. The least recently used are removed first. */
const WALLS_MAX = 10_000;

/** What the disk should hold of a wall; without `wall`, nothing. */
interface Wanted {
  readonly wall?: () => SavedWall;
}

/** The disk operations that are pending for a wall. */
interface Job {
  wanted: Wanted | undefined;
  /**
   * Set while the wall must be read before anything is written. Receives the wall, and returns whether it may
   * be overwritten.
   */
  late: ((wall: SavedWall) => boolean) | undefined;
  failures: number;
  timer: NodeJS.Timeout | undefined;
  busy: boolean;
}

/**
 * Saves walls over restarts, each in a JSON file named by its code. A database is not needed: walls are
 * independent, and each is read only when it is opened.
 *
 * - A file is written completely beside the old one, synced, and renamed over it.
 * - Only "no such file" means that there is no wall. A damaged file is moved aside, so that an operator can
 *   repair it. A file that cannot be read now (too many open files, a disk error) is read again later, and
 *   not overwritten until then: the wall opens without its arrangement, and gets it when the read succeeds.
 * - Failed operations are retried for each wall separately. Only the latest request for a wall counts, so
 *   that saving and deleting cannot be carried out in the wrong order.
 */
export class WallStore {
  readonly #directory: string;
  readonly #keptMs: number;
  readonly #log: Logger;
  readonly #files: WallFiles;
  /** Codes under which a wall is on the disk. */
  readonly #codes = new Set<string>();
  /** Jobs by code, in the order in which they were created. */
  readonly #jobs = new Map<string, Job>();
  /** The last operation of each lane. Lanes run at the same time. */
  readonly #lanes = Array.from({ length: LANES }, () => Promise.resolve());
  #lane = 0;
  #closing = false;

  /**
   * @param keptMs how long an unused wall is kept
   * @throws Error if the directory cannot be created or read
   */
  constructor(dataDir: string, keptMs: number, log: Logger, operations: Partial<Operations> = {}) {
    this.#directory = join(dataDir, "walls");
    this.#keptMs = keptMs;
    this.#log = log;
    this.#files = new WallFiles(this.#directory, log, operations);
    makeDirectory(this.#directory);
    this.#addCodes(readdirSync(this.#directory));
  }

  /** Whether a wall is, or may be, saved under this code. */
  has(code: string): boolean {
    const job = this.#jobs.get(code);
    return this.#codes.has(code) || job?.wanted?.wall !== undefined || job?.late !== undefined;
  }

  /** Reads a saved wall. A wall that waits to be written counts as saved. */
  read(code: string): Kept {
    const job = this.#jobs.get(code);
    if (job?.late) return { state: "unread", wall: job.wanted?.wall?.() };
    if (!job?.wanted) return this.#load(code);
    const wall = job.wanted.wall?.();
    return wall ? { state: "kept", wall } : { state: "none" };
  }

  /**
   * Retries to read a wall until it succeeds. Meanwhile nothing is written under its code.
   * @param receive receives the wall, unless there is none after all; returns whether it may be overwritten
   */
  readLater(code: string, receive: (wall: SavedWall) => boolean): void {
    const job = this.#job(code);
    job.late = receive;
    job.failures = Math.max(1, job.failures);
    this.#schedule(code, job, retryWait(job.failures));
  }

  /** Saves a wall soon. `wall` is called when it is written. */
  keep(code: string, wall: () => SavedWall): void {
    const job = this.#job(code);
    job.wanted = { wall };
    this.#schedule(code, job, COLLECT_MS);
  }

  /** Deletes a saved wall. */
  forget(code: string): void {
    const job = this.#job(code);
    job.wanted = {};
    job.late = undefined;
    this.#schedule(code, job, 0);
  }

  /**
   * Removes walls that have not been used for too long, and half-written files that a crash has left.
   * @param isOpen whether a wall is open
   * @param max most files that are kept
   */
  async removeExpired(isOpen: (code: string) => boolean, max = WALLS_MAX): Promise<void> {
    await this.idle;
    const names = await readdir(this.#directory);
    this.#addCodes(names);
    const removed = await removeExpiredWalls({
      directory: this.#directory,
      names,
      isOpen,
      isUsed: (code) => isOpen(code) || this.#jobs.has(code),
      keptMs: this.#keptMs,
      max,
      log: this.#log,
    });
    for (const code of removed) this.#codes.delete(code);
  }

  /** Resolves when no disk operation is running. */
  get idle(): Promise<unknown> {
    return Promise.all(this.#lanes);
  }

  /** Writes all that waits or has failed before. Logs the walls that it cannot write. */
  async close(): Promise<void> {
    this.#closing = true;
    for (let attempt = 0; attempt < CLOSE_ATTEMPTS && this.#jobs.size > 0; attempt++) {
      if (attempt > 0) await sleep(CLOSE_RETRY_MS);
      for (const [code, job] of this.#jobs) if (!job.busy) this.#start(code, job);
      await this.idle;
    }
    this.#closing = false;
    for (const [wall, { wanted }] of this.#jobs) {
      if (wanted) this.#log.error({ wall, path: this.#files.path(wall) }, "wall not saved: the server stops");
    }
  }

  #job(code: string): Job {
    const known = this.#jobs.get(code);
    if (known) return known;
    const job: Job = { wanted: undefined, late: undefined, failures: 0, timer: undefined, busy: false };
    this.#jobs.set(code, job);
    return job;
  }

  /** Starts the job after a wait, unless it is running or scheduled already. */
  #schedule(code: string, job: Job, wait: number): void {
    if (job.busy || this.#closing) return;
    job.timer ??= setTimeout(() => this.#start(code, job), wait);
  }

  #start(code: string, job: Job): void {
    clearTimeout(job.timer);
    job.timer = undefined;
    job.busy = true;
    const lane = this.#lane++ % LANES;
    this.#lanes[lane] = (this.#lanes[lane] as Promise<void>).then(() => this.#run(code, job));
  }

  async #run(code: string, job: Job): Promise<void> {
    try {
      if (job.late) this.#readLate(code, job, job.late);
      const { wanted } = job;
      if (wanted?.wall) await this.#write(code, wanted.wall);
      else if (wanted) await this.#remove(code);
      job.busy = false;
      if (job.failures > 0 && wanted?.wall) this.#log.info({ wall: code }, "wall saved after a retry");
      job.failures = 0;
      // A new request may have come meanwhile.
      if (job.wanted === wanted && !job.late) this.#jobs.delete(code);
      else this.#schedule(code, job, COLLECT_MS);
    } catch (err) {
      job.busy = false;
      job.failures++;
      const retryMs = retryWait(job.failures);
      const isLogged = Math.log2(job.failures) % 1 === 0;
      this.#log[isLogged ? "error" : "debug"]({ err, wall: code, retryMs }, "wall not saved yet");
      this.#schedule(code, job, retryMs);
      this.#dropOldestFailing();
    }
  }

  /** @throws Error if the wall still cannot be read */
  #readLate(code: string, job: Job, receive: (wall: SavedWall) => boolean): void {
    const kept = this.#load(code);
    if (kept.state === "unread") throw new Error(`${this.#files.path(code)} cannot be read`);
    if (kept.state === "kept" && !receive(kept.wall)) job.wanted = undefined;
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

  #dropOldestFailing(): void {
    // Jobs with a pending read stay: without the job, the unread file could be overwritten.
    const failing = [...this.#jobs].filter(([, { failures, late, busy }]) => failures > 0 && !late && !busy);
    const [first] = failing;
    if (failing.length <= FAILING_MAX || !first) return;
    const [wall, job] = first;
    clearTimeout(job.timer);
    this.#jobs.delete(wall);
    this.#log.error({ wall }, "wall not saved: too many wait for the disk");
  }

  #load(code: string): Kept {
    const kept = this.#files.read(code);
    // A damaged file has been moved aside.
    if (kept.state === "none") this.#codes.delete(code);
    return kept;
  }

  #addCodes(names: readonly string[]): void {
    for (const name of names) {
      const code = codeOf(name);
      if (code !== undefined && name === `${code}.json`) this.#codes.add(code);
    }
  }
}

function retryWait(failures: number): number {
  return Math.min(RETRY_FIRST_MS * 2 ** (failures - 1), RETRY_LONGEST_MS);
}
