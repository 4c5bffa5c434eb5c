import { type Onset, OnsetStrength } from "../../../../../client/light/tempo/onset-strength.ts";
import { FFT_SIZE, Grid, WARM_UP_SAMPLES } from "../../../../../client/listener/ear/grid.ts";
import { SeededRandom } from "../../../../support/seeded-random.ts";

const RATE = 48_000;

/** A sound with one attack, at its first sample. */
type Shot = Float32Array;

function shot(seconds: number, sample: (time: number, noise: () => number) => number, seed = 1): Shot {
  const random = new SeededRandom(seed);
  const noise = () => 2 * random.next() - 1;
  return Float32Array.from({ length: Math.round(seconds * RATE) }, (_, n) => sample(n / RATE, noise));
}

const turn = (cycles: number) => Math.sin(2 * Math.PI * cycles);

export const CLICK = shot(0.03, (t) => turn(1_000 * t) * Math.exp(-150 * t));
export const KICK = shot(0.3, (t) => turn(48 * t + 4 * (1 - Math.exp(-28 * t))) * Math.exp(-11 * t));
export const SNARE = shot(0.2, (t, n) => 0.5 * (n() + turn(190 * t)) * Math.exp(-20 * t), 2);
export const HAT = shot(0.06, (t, n) => 0.3 * n() * Math.exp(-70 * t), 3);
export const OPEN_HAT = shot(0.25, (t, n) => 0.3 * n() * Math.exp(-14 * t), 4);

/** A bass note of equal-tempered pitch. */
export function bassNote(note: number, seconds: number): Shot {
  const hertz = 440 * 2 ** ((note - 69) / 12);
  return shot(seconds, (t) => {
    const edge = Math.min(1, t / 0.01, (seconds - t) / 0.02);
    return 0.5 * edge * (turn(hertz * t) + 0.4 * turn(2 * hertz * t) + 0.2 * turn(3 * hertz * t));
  });
}

/** A soft chord. */
export function chord(notes: readonly number[], seconds: number): Shot {
  const hertz = notes.map((note) => 440 * 2 ** ((note - 69) / 12));
  return shot(seconds, (t) => {
    const edge = Math.min(1, t / 0.08, (seconds - t) / 0.08);
    return 0.1 * edge * hertz.reduce((sum, f) => sum + turn(f * t) + 0.3 * turn(2 * f * t), 0);
  });
}

/** Sound in the making, mono, 48 kHz. */
export class Tape {
  readonly sound: Float32Array;

  constructor(seconds: number) {
    this.sound = new Float32Array(Math.round(seconds * RATE));
  }

  /** Adds a sound whose attack is `at` seconds. */
  add(sound: Shot, at: number, gain = 1): this {
    const from = Math.round(at * RATE);
    const end = Math.min(sound.length, this.sound.length - from);
    for (let n = Math.max(-from, 0); n < end; n++) this.sound[from + n]! += gain * sound[n]!;
    return this;
  }

  /** Adds white noise. */
  hiss(gain: number, seed = 7): this {
    const random = new SeededRandom(seed);
    for (let n = 0; n < this.sound.length; n++) this.sound[n]! += gain * (2 * random.next() - 1);
    return this;
  }
}

/** The onsets of a whole sound through the spectra that the program computes; number n is at 10 ms × n. */
export function onsetsOf(sound: Float32Array): Onset[] {
  const grid = new Grid();
  const strength = new OnsetStrength();
  const onsets: Onset[] = [];
  // A decoder's warm-up, which the grid passes over, and the first window: silence.
  const before = WARM_UP_SAMPLES + FFT_SIZE;
  grid.add(-before, new Float32Array(before));
  for (let from = 0; from < sound.length; from += 4_800) {
    for (const { position, spectrum } of grid.add(from, sound.subarray(from, from + 4_800))) {
      if (position === 480) onsets.push({ low: 0, mid: 0, high: 0, change: 0 });
      onsets.push(strength.add(spectrum));
    }
  }
  return onsets;
}

/** Beat times at a steady tempo, s. */
export function steadyBeats(bpm: number, seconds: number, from = 0.5): number[] {
  const beats: number[] = [];
  for (let k = 0; from + (60 / bpm) * k < seconds; k++) beats.push(from + (60 / bpm) * k);
  return beats;
}
