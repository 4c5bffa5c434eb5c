import type { SavedWall } from "../../server/protocol/wall-schema.ts";
import type { Kept } from "../../server/wall/files.ts";

/** Saves walls in memory, with the interface of the wall store. */
export class MemoryWalls {
  readonly #walls = new Map<string, () => SavedWall>();
  readonly #late = new Map<string, (wall: SavedWall) => boolean>();
  /** Codes of walls that cannot be read. */
  readonly unreadable = new Set<string>();

  has(code: string): boolean {
    return this.#walls.has(code);
  }

  read(code: string): Kept {
    if (this.unreadable.has(code)) return { state: "unread", wall: undefined };
    const wall = this.#walls.get(code)?.();
    return wall ? { state: "kept", wall } : { state: "none" };
  }

  readLater(code: string, receive: (wall: SavedWall) => boolean): void {
    this.#late.set(code, receive);
  }

  /** Makes a wall readable again. */
  recover(code: string): void {
    this.unreadable.delete(code);
    const wall = this.#walls.get(code);
    if (wall) this.#late.get(code)?.(wall());
  }

  keep(code: string, wall: () => SavedWall): void {
    if (!this.unreadable.has(code)) this.#walls.set(code, wall);
  }

  forget(code: string): void {
    this.#walls.delete(code);
  }
}
