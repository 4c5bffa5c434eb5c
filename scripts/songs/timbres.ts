import type { Timbre } from "./voices.ts";

/** Many sawtooths, as in dance music: a chord that fills the middle and the treble. */
export const SUPERSAW: Timbre = {
  voices: 6,
  spreadCents: 34,
  openHz: 9_000,
  closedHz: 3_500,
  sweepS: 0.12,
  quality: 0.9,
  attackS: 0.004,
  decayS: 0.3,
  sustain: 0.55,
  releaseS: 0.12,
};

/** A bass synthesizer that snaps shut. */
export const SAW_BASS: Timbre = {
  voices: 2,
  spreadCents: 9,
  openHz: 1_800,
  closedHz: 260,
  sweepS: 0.06,
  quality: 1.6,
  attackS: 0.003,
  decayS: 0.25,
  sustain: 0.6,
  releaseS: 0.04,
};

/** A bass guitar with a plectrum. */
export const BASS_GUITAR: Timbre = {
  voices: 1,
  spreadCents: 0,
  openHz: 2_600,
  closedHz: 420,
  sweepS: 0.09,
  quality: 0.8,
  attackS: 0.002,
  decayS: 0.7,
  sustain: 0.35,
  releaseS: 0.05,
};

/** Strings of a guitar before its amplifier. */
export const GUITAR: Timbre = {
  voices: 2,
  spreadCents: 6,
  openHz: 6_500,
  closedHz: 1_900,
  sweepS: 0.35,
  quality: 0.75,
  attackS: 0.002,
  decayS: 1.4,
  sustain: 0.4,
  releaseS: 0.06,
};

/** The same, damped with the hand. */
export const MUTED_GUITAR: Timbre = {
  ...GUITAR,
  openHz: 3_800,
  closedHz: 500,
  sweepS: 0.035,
  decayS: 0.06,
  sustain: 0.05,
};

/** A soft synthesizer that swells. */
export const PAD: Timbre = {
  voices: 4,
  spreadCents: 22,
  openHz: 700,
  closedHz: 2_400,
  sweepS: 1.2,
  quality: 0.8,
  attackS: 0.5,
  decayS: 4,
  sustain: 0.8,
  releaseS: 0.9,
};

/** A section of bowed strings. */
export const STRINGS: Timbre = {
  voices: 4,
  spreadCents: 18,
  openHz: 2_200,
  closedHz: 5_200,
  sweepS: 0.5,
  quality: 0.7,
  attackS: 0.22,
  decayS: 3,
  sustain: 0.85,
  releaseS: 0.35,
  vibratoCents: 12,
};

/** Strings that play short notes. */
export const SPICCATO: Timbre = {
  ...STRINGS,
  openHz: 5_500,
  closedHz: 1_800,
  sweepS: 0.08,
  attackS: 0.012,
  decayS: 0.09,
  sustain: 0.05,
  releaseS: 0.12,
  vibratoCents: 0,
};

/** Horns and trombones: dull at first, then bright. */
export const BRASS: Timbre = {
  voices: 3,
  spreadCents: 9,
  openHz: 400,
  closedHz: 3_200,
  sweepS: 0.22,
  quality: 0.8,
  attackS: 0.09,
  decayS: 3,
  sustain: 0.85,
  releaseS: 0.2,
  vibratoCents: 6,
};

/** Something that sings: a lead, or a voice without words. */
export const LEAD: Timbre = {
  voices: 2,
  spreadCents: 8,
  openHz: 3_800,
  closedHz: 2_300,
  sweepS: 0.3,
  quality: 1.3,
  attackS: 0.03,
  decayS: 1.5,
  sustain: 0.75,
  releaseS: 0.14,
  vibratoCents: 22,
};

/** A short synthesizer note. */
export const PLUCK: Timbre = {
  voices: 2,
  spreadCents: 12,
  openHz: 7_500,
  closedHz: 900,
  sweepS: 0.07,
  quality: 1.2,
  attackS: 0.002,
  decayS: 0.13,
  sustain: 0.02,
  releaseS: 0.1,
};

/** A pulse of a sound chip. */
export function chip(pulse: number, decayS: number, sustain: number): Timbre {
  return {
    voices: 1,
    spreadCents: 0,
    pulse,
    openHz: 16_000,
    closedHz: 16_000,
    sweepS: 1,
    quality: 0.71,
    attackS: 0.001,
    decayS,
    sustain,
    releaseS: 0.01,
    vibratoCents: 14,
  };
}
