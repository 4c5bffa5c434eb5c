import type { Span } from "./light-map.ts";

/** Sound around a moment that decides what is dark and what is bright, to each side, ms. */
export const NEAR_MS = 4_000;
/** What is dark: for this share of the time around a moment it is quieter. */
const DARK_SHARE = 0.36;
/** What is fully lit: for this share of the time around a moment it is quieter. */
const BRIGHT_SHARE = 0.98;
/** How far a quiet part of the song is lifted at most, dB: more, and a drop would look no brighter. */
const LIFT_MAX_DB = 14;
/** The least that lies between dark and bright, dB: a sound that is held does not flicker. */
const LEAST_DB = 9;
/** The most, dB. */
const MOST_DB = 40;
/** Nothing quieter than this is fully lit, dB relative to a full-scale sine: noise alone stays dark. */
const FLOOR_DB = -38;
/** Quieter sound is a pause and does not count, dB. */
const PAUSE_DB = -80;

/** What is loud in sound of a band, dB; undefined if all of it are pauses. */
export function loudOf(powers: Float32Array): number | undefined {
  return ranked(sounding(powers), BRIGHT_SHARE);
}

/**
 * What is dark and what is bright at a moment of a band.
 * @param near the band's powers around the moment, dB
 * @param loud what is loud in the song, dB
 */
export function spanAt(near: Float32Array, loud = Number.NEGATIVE_INFINITY): Span {
  const sorted = sounding(near);
  const bright = Math.max(ranked(sorted, BRIGHT_SHARE) ?? FLOOR_DB, loud - LIFT_MAX_DB, FLOOR_DB);
  const dark = ranked(sorted, DARK_SHARE) ?? bright - MOST_DB;
  return { dark: Math.min(Math.max(dark, bright - MOST_DB), bright - LEAST_DB), bright };
}

/** Powers without pauses, the lowest first. */
function sounding(powers: Float32Array): Float32Array {
  const sorted = powers.slice().sort();
  const pauses = sorted.findIndex((db) => db > PAUSE_DB);
  return sorted.subarray(pauses < 0 ? sorted.length : pauses);
}

/** The power that those of a share of the time are below; undefined of none. */
function ranked(sorted: Float32Array, share: number): number | undefined {
  return sorted[Math.floor(sorted.length * share)];
}

/**
 * The energy with which spans are made for a wall's energy. Calm light uses the whole range. Wild light is
 * full more often: only half of what is above 1 counts, because spans that followed all of it would leave all
 * but the strongest beats dark.
 */
export function spanEnergy(energy: number): number {
  return energy > 1 ? (1 + energy) / 2 : energy;
}
