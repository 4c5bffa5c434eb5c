import { STENCIL_EDGE, STENCIL_REACH } from "#protocol/stencil.ts";

/** A stencil as pages draw it. */
export interface Shape {
  /** In pixels. */
  width: number;
  height: number;
  /** As in the protocol's stencil: a byte for each pixel. */
  distances: Uint8Array;
}

/** How far a byte of a shape is inside it, in heights of the shape; negative outside. */
export function insideOf(byte: number): number {
  return ((byte - STENCIL_EDGE) / 127) * STENCIL_REACH;
}

/** The byte for a point that is so far inside a shape, in heights of the shape. */
export function byteOf(inside: number): number {
  const steps = Math.round(STENCIL_EDGE + (127 * inside) / STENCIL_REACH);
  return Math.min(Math.max(steps, 1), 255);
}

/** The shape of a wall without a stencil: a star with five points. */
export const STAR: Shape = starOf(96, 96);

function starOf(width: number, height: number): Shape {
  const distances = new Uint8Array(width * height);
  const [outer, inner] = [0.42, 0.19];
  const sector = Math.PI / 5;
  /** From the tip of a point to the notch beside it. */
  const notch = { x: inner * Math.sin(sector), y: inner * Math.cos(sector) };
  const along = { x: notch.x, y: notch.y - outer };
  for (let n = 0; n < distances.length; n++) {
    const x = ((n % width) + 0.5) / height - width / height / 2;
    const y = 0.5 - (Math.floor(n / width) + 0.5) / height - 0.02;
    // All points are one: the angle from the axis of the nearest.
    const angle = Math.atan2(x, y);
    const folded = Math.abs(angle - 2 * sector * Math.round(angle / (2 * sector)));
    const radius = Math.hypot(x, y);
    const at = { x: radius * Math.sin(folded), y: radius * Math.cos(folded) - outer };
    const share = Math.min(Math.max((at.x * along.x + at.y * along.y) / (along.x ** 2 + along.y ** 2), 0), 1);
    const away = Math.hypot(at.x - share * along.x, at.y - share * along.y);
    const isInside = at.x * along.y - at.y * along.x > 0;
    distances[n] = byteOf(isInside ? away : -away);
  }
  return { width, height, distances };
}
