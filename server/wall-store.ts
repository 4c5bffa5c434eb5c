import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { readSavedWall, type SavedWall } from "./protocol/wall-schema.ts";

/** How long changes are gathered before they are written, ms. */
const GATHER_MS = 500;

/**
 * Keeps walls over restarts: a JSON file for each, under its code. A file is written whole beside the old one and takes
 * its place by a rename, so a crash leaves the one or the other. A database would add nothing: walls know nothing of one
 * another, and each is read once, when it is opened.
 */
export class WallStore {
  readonly #directory: string;
  readonly #log: Logger;
  readonly #waiting = new Map<string, () => SavedWall>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @throws Error when the directory cannot be made */
  constructor(dataDir: string, log: Logger) {
    this.#directory = join(dataDir, "walls");
    this.#log = log;
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
  }

  /** The wall as it was kept; undefined where there is none, or none that can be read. */
  read(code: string): SavedWall | undefined {
    const waiting = this.#waiting.get(code);
    if (waiting) return waiting();
    try {
      return readSavedWall(JSON.parse(readFileSync(this.#path(code), "utf8")));
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
