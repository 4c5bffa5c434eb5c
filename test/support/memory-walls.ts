import type { SavedWall } from "../../server/protocol/wall-schema.ts";

/** Keeps walls as the store does, as long as the test lasts. */
export class MemoryWalls {
  readonly #walls = new Map<string, () => SavedWall>();

  has(code: string): boolean {
    return this.#walls.has(code);
  }

  read(code: string): SavedWall | undefined {
    return this.#walls.get(code)?.();
  }

  keep(code: string, wall: () => SavedWall): void {
    this.#walls.set(code, wall);
  }

  forget(code: string): void {
    this.#walls.delete(code);
  }
}
