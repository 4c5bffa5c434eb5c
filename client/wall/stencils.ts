import { STENCIL_HEADER_BYTES, stencilPath } from "#protocol/stencil.ts";
import { type Shape, STAR } from "./look/shape.ts";

/** How long after a failure a stencil is asked for again, ms. */
const RETRY_MS = 3_000;
/**
 * How long after the change a new shape is shown, ms of the wall clock: by then nearly all screens have it,
 * so that it changes on all of them in the same frame.
 */
const CHANGE_MS = 1_000;

/** The stencil of a page's wall. It is loaded with any look, so that it is there when the host chooses it. */
export class Stencils {
  #shown: Shape | undefined;
  #id: string | null | undefined;
  /** When the id changed, ms of the wall clock. */
  #changedAt = 0;
  /** The shape of the id, once it is there. */
  #next: Shape | undefined;
  #loading: AbortController | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;

  /**
   * The shape to draw where the wall has the stencil with this id: it, or the one before until it is there.
   * @param now ms
   * @param wall the wall clock, ms
   */
  shape(id: string | null, now: number, wall: number): Shape {
    if (id !== this.#id) {
      this.#id = id;
      this.#changedAt = wall;
      this.#next = id === null ? STAR : undefined;
      this.#loading?.abort();
      this.#loading = undefined;
      this.#failedAt = Number.NEGATIVE_INFINITY;
    }
    if (id !== null && !this.#next && !this.#loading && now - this.#failedAt > RETRY_MS)
      void this.#load(id, now);
    // What has just been opened does not wait.
    if (this.#next && (!this.#shown || wall - this.#changedAt >= CHANGE_MS)) this.#shown = this.#next;
    return this.#shown ?? STAR;
  }

  async #load(id: string, now: number): Promise<void> {
    const loading = new AbortController();
    this.#loading = loading;
    // Both pages of a wall have its code in the second part of their path.
    const code = location.pathname.split("/").pop()!;
    const shape = await fetch(`..${stencilPath(code, id)}`, { signal: loading.signal })
      .then((response) => (response.ok ? response.arrayBuffer() : undefined))
      .then((bytes) => bytes && shapeOf(bytes))
      .catch(() => undefined);
    if (this.#loading !== loading) return;
    this.#loading = undefined;
    this.#next = shape;
    if (!shape) this.#failedAt = now;
  }
}

/** Reads what the server sends; undefined if it is no stencil. */
export function shapeOf(bytes: ArrayBuffer): Shape | undefined {
  if (bytes.byteLength < STENCIL_HEADER_BYTES) return;
  const view = new DataView(bytes);
  const [width, height] = [view.getUint16(0), view.getUint16(2)];
  const distances = new Uint8Array(bytes, STENCIL_HEADER_BYTES);
  return width * height === distances.length ? { width, height, distances } : undefined;
}
