import { levelAt, type SceneMoment } from "./moment.ts";
import type { Window } from "./stage.ts";

/** Numbers a particle: x, y, radius, level. */
export const FLOATS = 4;

/**
 * Layers from far to near: how wide their cells are, how many particles each holds, how fast they rise
 * (heights of a place a second), how large they are and which bands they hear: the large the low ones, the
 * small the high ones.
 */
const LAYERS = [
  { cell: 0.09, rise: 0.012, radius: 0.013, bands: [0.6, 1] },
  { cell: 0.14, rise: 0.02, radius: 0.028, bands: [0.28, 0.75] },
  { cell: 0.3, rise: 0.032, radius: 0.085, bands: [0, 0.35] },
] as const;

/** Share of the whole of the music that every particle shows. */
const FAINT = 0.3;
/** A lower level cannot be seen: its light is less than its square. */
const DARK = 0.02;
/** How far from its place in its cell a particle strays, in cells. */
const STRAY = 0.7;
/** How far bass pushes particles away from where ripples start, and how fast that runs outward. */
const PUSH = 0.09;
const PUSH_MS = 320;

/** A particle's glow ends at so many radii from its middle. */
export const GLOW = 3;
/**
 * The largest are so much larger than their layer's radius says, and may be shown so much wider than they
 * are.
 */
const LARGEST = 1.55 * 1.3;
const WIDEST = 2;

/** How far beyond a window's edge the place of a particle may be that is still seen in it. */
function reachOf({ cell, radius }: (typeof LAYERS)[number]): number {
  return PUSH + STRAY * cell + GLOW * radius * LARGEST * WIDEST;
}

/** Most particles that a window may hold. */
export function particlesMax({ left, top, right, bottom }: Window): number {
  return LAYERS.reduce((sum, layer) => {
    const cells = (length: number) => Math.ceil((length + 2 * reachOf(layer)) / layer.cell) + 2;
    return sum + cells(right - left) * cells(bottom - top);
  }, 0);
}

/**
 * The particles that may be seen in a window. Each is one of its cell, by whose numbers all of it is decided,
 * so that every screen knows it as the others do.
 * @param into {@link FLOATS} numbers a particle, room for {@link particlesMax}
 * @returns how many there are
 */
export function particlesOf(
  moment: SceneMoment,
  { left, top, right, bottom }: Window,
  into: Float32Array,
): number {
  const seconds = moment.wall / 1_000;
  const faint = FAINT * moment.bank.whole(0);
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

/** Writes a particle where bass has pushed it. */
function put(
  { stage, bank }: SceneMoment,
  { x, y, size, level }: { x: number; y: number; size: number; level: number },
  count: number,
  into: Float32Array,
): number {
  const [dx, dy] = [x - stage.origin.x, y - stage.origin.y];
  const away = Math.hypot(dx, dy) || 1;
  const push = (PUSH * bank.level(0.08, away * PUSH_MS) ** 2) / away;
  const at = count * FLOATS;
  into[at] = x + dx * push;
  into[at + 1] = y + dy * push;
  into[at + 2] = size * (0.7 + 0.6 * level);
  into[at + 3] = level;
  return count + 1;
}

/** The same number for the same cell, on every screen: 32 bits. */
function hash(column: number, row: number, depth: number): number {
  let value = Math.imul(column, 0x8da6b343) ^ Math.imul(row, 0xd8163841) ^ Math.imul(depth + 1, 0xcb1ab31f);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
  return (value ^ (value >>> 15)) >>> 0;
}

/** One of four numbers 0..1 that are in a seed. */
function part(seed: number, index: number): number {
  return ((seed >>> (8 * index)) & 0xff) / 256;
}
