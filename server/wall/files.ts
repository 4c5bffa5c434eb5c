import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { isMissing, moveAside, removeFile, writeFileAtomic } from "../data/files.ts";
import { readSavedWall, type SavedWall } from "../protocol/wall-schema.ts";

/** The result of reading a wall. */
export type Kept =
  | { readonly state: "none" }
  | { readonly state: "kept"; readonly wall: SavedWall }
  /** There may be one, but it cannot be read now. `wall` is what waits to be written in its place. */
  | { readonly state: "unread"; readonly wall: SavedWall | undefined };

/** The file operations that may fail. Tests replace them. */
const OPERATIONS = {
  read: (path: string) => readFileSync(path, "utf8"),
  write: writeFileAtomic,
  remove: removeFile,
  moveAside,
};

export type Operations = typeof OPERATIONS;

/** The files of walls: reads, writes and removes one, without retries. */
export class WallFiles {
  readonly #directory: string;
  readonly #log: Logger;
  readonly #operations: Operations;

  constructor(directory: string, log: Logger, operations: Partial<Operations>) {
    this.#directory = directory;
    this.#log = log;
    this.#operations = { ...OPERATIONS, ...operations };
  }

  path(code: string): string {
    return join(this.#directory, `${code}.json`);
  }

  /** @throws the system's error; an earlier file then stays unchanged */
  write(code: string, wall: SavedWall): Promise<void> {
    return this.#operations.write(this.path(code), JSON.stringify(wall));
  }

  /** @throws the system's error */
  remove(code: string): Promise<void> {
    return this.#operations.remove(this.path(code));
  }

  /** Reads the wall of a code. Moves a damaged file aside, if possible. */
  read(code: string): Kept {
    const path = this.path(code);
    let text: string;
    try {
      text = this.#operations.read(path);
    } catch (err) {
      // Without the directory (a volume that is not mounted), it is unknown whether there is a wall.
      if (isMissing(err) && existsSync(this.#directory)) return { state: "none" };
      this.#log.error({ err, wall: code }, "wall cannot be read now");
      return { state: "unread", wall: undefined };
    }
    try {
      return { state: "kept", wall: readSavedWall(JSON.parse(text)) };
    } catch (err) {
      return this.#setAside(code, err);
    }
  }

  /** Moves a damaged file aside. If that fails, it stays, and nothing may be written over it. */
  #setAside(code: string, err: unknown): Kept {
    try {
      const aside = this.#operations.moveAside(this.path(code));
      this.#log.error({ err, wall: code, aside }, "wall is damaged; its file was moved aside");
      return { state: "none" };
    } catch (moveErr) {
      this.#log.error({ err: moveErr, wall: code }, "wall is damaged, and its file cannot be moved aside");
      return { state: "unread", wall: undefined };
    }
  }
}
