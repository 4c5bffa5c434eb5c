import { STENCIL_HEADER_BYTES, stencilPath } from "#protocol/stencil.ts";
import { type Shape, STAR } from "./look/shape.ts";

/** How long after a failure a stencil is asked for again, ms. */
const RETRY_MS = 3_000;

/** The stencil of a page's wall, loaded when it is drawn. */
export class Stencils {
  #id: string | null = null;
  #shape = STAR;
  #askedAt = Number.NEGATIVE_INFINITY;
  #loaded: string | null = null;

  /**
   * The shape with an id. While it is loaded, and if it cannot be, the one before.
   * @param now ms
   */
  shape(id: string | null, now: number): Shape {
    if (id !== this.#id) this.#askedAt = Number.NEGATIVE_INFINITY;
    this.#id = id;
    if (id === null) this.#shape = STAR;
    else if (id !== this.#loaded && now - this.#askedAt > RETRY_MS) {
      this.#askedAt = now;
      void this.#load(id);
    }
    if (id === null) this.#loaded = null;
    return this.#shape;
  }

  async #load(id: string): Promise<void> {
    // Both pages of a wall have its code in the second part of their path.
    const [, , code = ""] = location.pathname.split("/");
    const shape = await fetch(stencilPath(code, id))
      .then((response) => (response.ok ? response.arrayBuffer() : undefined))
      .then((bytes) => bytes && shapeOf(bytes))
      .catch(() => undefined);
    if (!shape || id !== this.#id) return;
    this.#shape = shape;
    this.#loaded = id;
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
