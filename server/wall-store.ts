import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { readSavedWall, type SavedWall } from "./protocol/wall-schema.ts";

/** How long changes are gathered before they are written, ms. */
const GATHER_MS = 500;

/** Most walls kept; who was not used for longest goes first. */
const WALLS_MAX = 10_000;

/**
 * Keeps walls over restarts: a JSON file for each, under its code. A file is written whole beside the old one and takes
 * its place by a rename, so a crash leaves the one or the other. A database would add nothing: walls know nothing of one
 * another, and each is read once, when it is opened.
 */
export class WallStore {
  readonly #directory: string;
  readonly #keptMs: number;
  readonly #log: Logger;
  readonly #waiting = new Map<string, () => SavedWall>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param keptMs how long a wall is kept that nobody opens
   * @throws Error when the directory cannot be made
   */
  constructor(dataDir: string, keptMs: number, log: Logger) {
    this.#directory = join(dataDir, "walls");
    this.#keptMs = keptMs;
    this.#log = log;
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
  }

  /** Whether a wall is kept under this code. */
  has(code: string): boolean {
    return this.#waiting.has(code) || existsSync(this.#path(code));
  }

  /** The wall as it was kept; undefined where there is none, or none that can be read. */
  read(code: string): SavedWall | undefined {
    const waiting = this.#waiting.get(code);
    if (waiting) return waiting();
    try {
      const wall = readSavedWall(JSON.parse(readFileSync(this.#path(code), "utf8")));
      const now = new Date();
      utimes(this.#path(code), now, now).catch((err) =>
        this.#log.warn({ err, room: code }, "wall not dated"),
      );
      return wall;
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== "ENOENT")
        this.#log.warn({ err, room: code }, "wall not readable");
      return undefined;
    }
  }

  /** Keeps the wall as `wall` gives it a moment later. */
  keep(code: string, wall: () => SavedWall): void {
    this.#waiting.set(code, wall);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** Forgets a wall that is over. */
  forget(code: string): void {
    this.#waiting.delete(code);
    this.#writing = this.#writing.then(() => rmSync(this.#path(code), { force: true }));
  }

  /**
   * Forgets walls that nobody has opened for too long, and what a crash has left half written.
   * @param isOpen whether a wall is in use
   * @param max most walls kept
   */
  async sweep(isOpen: (code: string) => boolean, max = WALLS_MAX): Promise<void> {
    await this.#writing;
    const now = Date.now();
    const files: { path: string; usedAt: number }[] = [];
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      const usedAt = isOpen(name.replace(/\.json.*$/, "")) ? now : await lastUsed(path);
      if (usedAt !== undefined) files.push({ path, usedAt });
    }
    files.sort((a, b) => b.usedAt - a.usedAt);
    const old = files.filter(({ usedAt }, n) => n >= max || now - usedAt > this.#keptMs);
    for (const { path } of old) await rm(path, { force: true });
    if (old.length > 0) this.#log.info({ walls: old.length }, "old walls forgotten");
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const due = [...this.#waiting];
    this.#waiting.clear();
    for (const [code, wall] of due) {
      const text = JSON.stringify(wall());
      this.#writing = this.#writing.then(() => this.#write(code, text));
    }
  }

  async #write(code: string, text: string): Promise<void> {
    const path = this.#path(code);
    try {
      await writeFile(`${path}.new`, text, { mode: 0o600 });
      await rename(`${path}.new`, path);
    } catch (err) {
      this.#log.error({ err, room: code }, "wall not kept");
    }
  }

  #path(code: string): string {
    return join(this.#directory, `${code}.json`);
  }
}

/** When a file was written or opened last, ms since 1970; undefined where it has gone meanwhile. */
async function lastUsed(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
}
