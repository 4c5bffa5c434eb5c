import type { SavedWall } from "../../server/protocol/wall-schema.ts";
import type { Kept } from "../../server/wall/files.ts";

/** Keeps walls as the store does, as long as the test lasts. */
export class MemoryWalls {
  readonly #walls = new Map<string, () => SavedWall>();
  readonly #late = new Map<string, (wall: SavedWall) => boolean>();
  /** Codes of walls that cannot be read now. */
  readonly unreadable = new Set<string>();

  has(code: string): boolean {
    return this.#walls.has(code);
  }

  read(code: string): Kept {
    if (this.unreadable.has(code)) return { state: "unread", wall: undefined };
    const wall = this.#walls.get(code)?.();
    return wall ? { state: "kept", wall } : { state: "none" };
  }

  readLater(code: string, taken: (wall: SavedWall) => boolean): void {
    this.#late.set(code, taken);
  }

  /** The wall can be read again. */
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
