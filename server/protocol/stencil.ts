/** Most pixels of a stencil. Between them it is interpolated, so its edges are smooth at any size. */
export const STENCIL_PIXELS_MAX = 16_384;
/** Least width and height of a stencil, in pixels. */
export const STENCIL_SIDE_MIN = 8;
/** The byte of a stencil that stands for a point on an edge. */
export const STENCIL_EDGE = 128;
/** The distance from an edge that the bytes 1 and 255 stand for, as a share of the stencil's height. */
export const STENCIL_REACH = 0.25;

/**
 * A shape through which the light of a wall shines: words, a logo. It has no picture, only numbers: for each
 * pixel how far the nearest edge is. A page makes them from what its person has typed or chosen, so that no
 * other page ever opens that file.
 */
export interface Stencil {
  /** In pixels. */
  width: number;
  height: number;
  /**
   * A byte for each pixel, row by row from the top; base64. {@link STENCIL_EDGE} is an edge, more is inside;
   * 127 steps are {@link STENCIL_REACH}.
   */
  distances: string;
}

/** The form of a stencil's id: a hash of its content. */
export const STENCIL_ID = /^[\w-]{22}$/;

/**
 * The address at which a wall's stencil is found: width and height, 16 bits each, big-endian, then a byte for
 * each pixel.
 */
export function stencilPath(code: string, id: string): string {
  return `/stencil/${code}/${id}`;
}

/** Bytes before the distances at that address. */
export const STENCIL_HEADER_BYTES = 4;
