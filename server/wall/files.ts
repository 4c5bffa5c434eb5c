import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { isMissing, moveAside, removeFile, writeFileAtomic } from "../data/files.ts";
import { readSavedWall, type SavedWall } from "../protocol/wall-schema.ts";

/** What is found of a wall. */
export type Kept =
  | { readonly state: "none" }
  | { readonly state: "kept"; readonly wall: SavedWall }
  /** There may be one that cannot be read now. `wall` is what has been made of it since. */
  | { readonly state: "unread"; readonly wall: SavedWall | undefined };

/** The operations on files that may fail; tests bring others. */
const OPERATIONS = {
  read: (path: string) => readFileSync(path, "utf8"),
  write: writeFileAtomic,
  remove: removeFile,
  moveAside,
};

export type Operations = typeof OPERATIONS;

/** The files of walls: how one is found, read, written and removed, once. */
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

  /** @throws the system's error; what was there stays */
  write(code: string, wall: SavedWall): Promise<void> {
    return this.#operations.write(this.path(code), JSON.stringify(wall));
  }

  /** @throws the system's error */
  remove(code: string): Promise<void> {
    return this.#operations.remove(this.path(code));
  }

  /** What is found under a code. A damaged file has been moved aside then, where it could be. */
  read(code: string): Kept {
    const path = this.path(code);
    let text: string;
    try {
      text = this.#operations.read(path);
    } catch (err) {
      // Without the directory, such as a volume that is not mounted, nothing is known.
      if (isMissing(err) && existsSync(this.#directory)) return { state: "none" };
      this.#log.error({ err, room: code }, "wall cannot be read now");
      return { state: "unread", wall: undefined };
    }
    try {
      return { state: "kept", wall: readSavedWall(JSON.parse(text)) };
    } catch (err) {
      return this.#setAside(code, err);
    }
  }

  /** A damaged file makes place for a new one. Where it cannot, it stays, and nothing is written over it. */
  #setAside(code: string, err: unknown): Kept {
    try {
      const aside = this.#operations.moveAside(this.path(code));
      this.#log.error({ err, room: code, aside }, "wall is damaged; its file was moved aside");
      return { state: "none" };
    } catch (moveErr) {
      this.#log.error({ err: moveErr, room: code }, "wall is damaged, and its file cannot be moved aside");
      return { state: "unread", wall: undefined };
    }
  }
}
