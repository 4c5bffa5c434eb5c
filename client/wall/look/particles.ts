import { type LookMoment, levelAt } from "./moment.ts";
import type { Window } from "./stage.ts";

/** Numbers per particle: x, y, radius, level. */
export const FLOATS = 4;

/**
 * Layers of particles from far to near: size of a cell, which holds one particle; speed upward in heights of
 * a place per second; radius; and range of bands. Large particles show low bands, small ones high bands.
 */
const LAYERS = [
  { cell: 0.09, rise: 0.012, radius: 0.013, bands: [0.6, 1] },
  { cell: 0.14, rise: 0.02, radius: 0.028, bands: [0.28, 0.75] },
  { cell: 0.3, rise: 0.032, radius: 0.085, bands: [0, 0.35] },
] as const;

/** Share of the level of the whole spectrum that every particle shows at least. */
const FAINT = 0.3;
/** Particles below this level are left out: their light, less than the square of the level, is invisible. */
const DARK = 0.02;
/** How far a particle moves from its position in its cell, in cells. */
const STRAY = 0.7;
/** How far bass pushes particles away from the origin, in heights of a place. */
const PUSH = 0.09;
/** Time the push takes to travel outward by one height of a place. */
const PUSH_MS = 320;

/** Radius of a particle's glow, in radii of the particle. */
export const GLOW = 3;
/** Radius of the largest particle of a layer, relative to the layer's radius. */
const LARGEST = 1.55 * 1.3;
/** How much wider than high a particle may be drawn, to be round on a stretched screen. */
const WIDEST = 2;

/** How far outside a window the cell of a particle may be that is visible in the window. */
function reachOf({ cell, radius }: (typeof LAYERS)[number]): number {
  return PUSH + STRAY * cell + GLOW * radius * LARGEST * WIDEST;
}

/** The largest number of particles that a window may contain. */
export function particlesMax({ left, top, right, bottom }: Window): number {
  return LAYERS.reduce((sum, layer) => {
    const cells = (length: number) => Math.ceil((length + 2 * reachOf(layer)) / layer.cell) + 2;
    return sum + cells(right - left) * cells(bottom - top);
  }, 0);
}

/**
 * Computes the particles that may be visible in a window. All properties of a particle follow from the
 * numbers of its cell, so that every screen computes the same particles.
 * @param into {@link FLOATS} numbers per particle, with room for {@link particlesMax} particles
 * @returns the number of particles
 */
export function particlesOf(
  moment: LookMoment,
  { left, top, right, bottom }: Window,
  into: Float32Array,
): number {
  const seconds = moment.wall / 1_000;
  const faint = FAINT * moment.bands.whole(0);
  let count = 0;
  for (const [depth, layer] of LAYERS.entries()) {
    const { cell, rise, radius, bands } = layer;
    const risen = seconds * rise;
    const reach = reachOf(layer);
    const lastRow = Math.floor((bottom + risen + reach) / cell);
    const lastColumn = Math.floor((right + reach) / cell);
    for (let row = Math.floor((top + risen - reach) / cell); row <= lastRow; row++) {
      for (let column = Math.floor((left - reach) / cell); column <= lastColumn; column++) {
        const seed = hash(column, row, depth);
        const turn = seconds * (0.15 + 0.25 * part(seed, 0)) + 6.3 * part(seed, 1);
        const x = (column + part(seed, 2) + STRAY * Math.sin(turn)) * cell;
        const y = (row + part(seed, 3) + STRAY * Math.cos(turn * 1.3)) * cell - risen;
        const band = bands[0] + (bands[1] - bands[0]) * part(seed, 1);
        const level = Math.max(levelAt(moment, band, x, y), faint);
        if (level < DARK) continue;
        const size = radius * (0.45 + 1.1 * part(seed, 3) ** 2);
        count = put(moment, { x, y, size, level }, count, into);
      }
    }
  }
  return count;
}

/** Writes a particle at its position after the push of the bass. */
function put(
  { stage, bands }: LookMoment,
  { x, y, size, level }: { x: number; y: number; size: number; level: number },
  count: number,
  into: Float32Array,
): number {
  const [dx, dy] = [x - stage.origin.x, y - stage.origin.y];
  const away = Math.hypot(dx, dy) || 1;
  const push = (PUSH * bands.level(0.08, away * PUSH_MS) ** 2) / away;
  const at = count * FLOATS;
  into[at] = x + dx * push;
  into[at + 1] = y + dy * push;
  into[at + 2] = size * (0.7 + 0.6 * level);
  into[at + 3] = level;
  return count + 1;
}

/** A 32-bit hash of a cell, the same on every screen. */
function hash(column: number, row: number, depth: number): number {
  let value = Math.imul(column, 0x8da6b343) ^ Math.imul(row, 0xd8163841) ^ Math.imul(depth + 1, 0xcb1ab31f);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
  return (value ^ (value >>> 15)) >>> 0;
}

/** One of the four bytes of a seed, as a number 0..1. */
function part(seed: number, index: number): number {
  return ((seed >>> (8 * index)) & 0xff) / 256;
}
