import { type LookMoment, levelOfBand, patterned, sinceBeatAt } from "./moment.ts";
import type { Window } from "./stage.ts";

/** Numbers per particle: x, y, radius, level, pitch. */
export const FLOATS = 5;

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
/** How far currents carry particles to either side, in heights of a place. */
const CURRENT = 0.12;
/** How far the push of a beat and of bass moves particles away from the origin, in heights of a place. */
const PUSH = 0.16;
/** Time the push takes to travel outward by one height of a place. */
const PUSH_MS = 140;
/** Time in which the push of a beat fades. */
const KICK_MS = 220;
/** What the passing push of a beat adds to the level of a particle. */
const KICK_LIGHT = 0.45;

/** Radius of a particle's glow, in radii of the particle. */
export const GLOW = 3;
/** Radius of the largest particle of a layer, relative to the layer's radius. */
const LARGEST = 1.55 * 1.3;
/** How much wider than high a particle may be drawn, to be round on a stretched screen. */
const WIDEST = 2;

/** Layers whose particles are smaller than this are not drawn, in pixels: they are dust without a shape. */
const RADIUS_MIN = 0.75;

const QUARTER = Math.PI / 2;
/** Steps of a turn in the table of sines; a power of two. */
const SINE_STEPS = 4_096;
const SINE_STEPS_PER_RADIAN = SINE_STEPS / (2 * Math.PI);
const SINES = Float64Array.from({ length: SINE_STEPS }, (_, n) => Math.sin((2 * Math.PI * n) / SINE_STEPS));
/** Levels of a layer's bands: a byte decides the band of a particle. */
const levels = new Float32Array(256);
/** How far particles have turned in their cells, across and down: a byte decides the speed. */
const turns = [new Float64Array(256), new Float64Array(256)] as const;
/**
 * How far currents carry the particles of a column, to the right and down: half of the current. Its other
 * half is their row's. So it is computed for each row and column, not for thousands of particles.
 */
let columnCurrents = new Float64Array(0);
/** Steps of {@link pushes} for a height of a place. */
const PUSH_STEPS = 64;
/** How strongly beat and bass push, by the distance from the origin. */
let pushes = new Float32Array(0);

/** How far outside a window the cell of a particle may be that is visible in the window. */
function reachOf({ cell, radius }: (typeof LAYERS)[number]): number {
  return PUSH + 2 * CURRENT + STRAY * cell + GLOW * radius * LARGEST * WIDEST;
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
 * @param pixel height of a pixel, in heights of a place
 * @returns the number of particles
 */
export function particlesOf(
  moment: LookMoment,
  { left, top, right, bottom }: Window,
  into: Float32Array,
  pixel = 0,
): number {
  const { x: originX, y: originY } = moment.stage.origin;
  const seconds = moment.wall / 1_000;
  const faint = FAINT * moment.bands.whole(0);
  let count = 0;
  setPushes(moment);
  setTurns(seconds);
  const [across, down] = [0.23, 0.19].map((speed) => angle(speed * seconds)) as [number, number];
  const [backAcross, backDown] = [-0.31, -0.27].map((speed) => angle(speed * seconds)) as [number, number];
  for (const [depth, layer] of LAYERS.entries()) {
    const { cell, rise, radius, bands } = layer;
    if (radius < RADIUS_MIN * pixel) continue;
    const bandOf = (share: number) => bands[0] + (bands[1] - bands[0]) * share;
    for (let byte = 0; byte < levels.length; byte++)
      levels[byte] = levelOfBand(moment, bandOf(byte / levels.length));
    const risen = seconds * rise;
    const reach = reachOf(layer);
    const firstColumn = Math.floor((left - reach) / cell);
    const lastColumn = Math.floor((right + reach) / cell);
    const lastRow = Math.floor((bottom + risen + reach) / cell);
    const columns = lastColumn - firstColumn + 1;
    if (columnCurrents.length < 2 * columns) columnCurrents = new Float64Array(2 * columns);
    for (let column = firstColumn; column <= lastColumn; column++) {
      const at = 2 * (column - firstColumn);
      columnCurrents[at] = CURRENT * sine(0.7 * column * cell + backAcross);
      columnCurrents[at + 1] = CURRENT * sine(1.1 * column * cell + down);
    }
    for (let row = Math.floor((top + risen - reach) / cell); row <= lastRow; row++) {
      const rowCurrentX = CURRENT * sine(1.3 * (row * cell - risen) + across);
      const rowCurrentY = CURRENT * sine(0.9 * (row * cell - risen) + backDown);
      for (let column = firstColumn; column <= lastColumn; column++) {
        const seed = hash(column, row, depth);
        const begin = 6.3 * part(seed, 1);
        const x = (column + part(seed, 2) + STRAY * sine(turns[0][seed & 0xff]! + begin)) * cell;
        const swing = sine(turns[1][seed & 0xff]! + 1.3 * begin + QUARTER);
        const y = (row + part(seed, 3) + STRAY * swing) * cell - risen;
        const away = distance(x - originX, y - originY);
        // As `Math.round`, which takes several times as long.
        const push = pushes[Math.min((away * PUSH_STEPS + 0.5) | 0, pushes.length - 1)]!;
        const heard = patterned(moment, levels[(seed >>> 8) & 0xff]!, x, y);
        const level = Math.min(Math.max(heard, faint) + KICK_LIGHT * push * push, 1);
        if (level < DARK) continue;
        const share = part(seed, 3);
        const size = radius * (0.45 + 1.1 * share * share) * (0.7 + 0.6 * level);
        const pushed = (PUSH * push) / (away || 1);
        const current = 2 * (column - firstColumn);
        const nowX = x + (x - originX) * pushed + rowCurrentX + columnCurrents[current]!;
        const nowY = y + (y - originY) * pushed + rowCurrentY + columnCurrents[current + 1]!;
        const glow = GLOW * WIDEST * size;
        if (nowX + glow < left || nowX - glow > right || nowY + glow < top || nowY - glow > bottom) continue;
        const at = count * FLOATS;
        into[at] = nowX;
        into[at + 1] = nowY;
        into[at + 2] = size;
        into[at + 3] = level;
        into[at + 4] = bandOf(part(seed, 1));
        count += 1;
      }
    }
  }
  return count;
}

/** Computes how far particles have turned by this time of the wall clock, s. */
function setTurns(seconds: number): void {
  for (let byte = 0; byte < 256; byte++) {
    const turn = seconds * (0.15 + (0.25 * byte) / 256);
    turns[0][byte] = angle(turn);
    turns[1][byte] = angle(1.3 * turn);
  }
}

/**
 * A sine from the table. The error is less than 0.2 % of the amplitude, a tenth of a pixel on most screens,
 * and the same on all of them; `Math.sin` would take most of the time of a frame.
 */
function sine(radians: number): number {
  return SINES[(radians * SINE_STEPS_PER_RADIAN) & (SINE_STEPS - 1)]!;
}

/** The same angle within a turn. Sines of the wall clock, which is a large number, take ten times as long. */
function angle(radians: number): number {
  return radians % (2 * Math.PI);
}

/** Computes how strongly beat and bass push, 0..1, at all distances. They travel outward from the origin. */
function setPushes(moment: LookMoment): void {
  const { stage, bands } = moment;
  const steps = Math.ceil((stage.reach + PUSH + 2 * CURRENT + 1) * PUSH_STEPS);
  if (pushes.length !== steps) pushes = new Float32Array(steps);
  for (let step = 0; step < steps; step++) {
    const ago = (step / PUSH_STEPS) * PUSH_MS;
    const bass = bands.level(0.08, ago);
    pushes[step] = bass * Math.max(0.4 * bass, Math.exp(-sinceBeatAt(moment, ago) / KICK_MS));
  }
}

/** As `Math.hypot`, which takes several times as long. */
function distance(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
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
