import { hertz, noise, SAMPLE_RATE, type Stereo } from "../demo-song/synth.ts";
import { Filter } from "./filter.ts";

/** When, how high and how loud something is played. */
export interface Note {
  /** Samples from the start of the song. */
  at: number;
  /** How long it is held, s. */
  seconds: number;
  /** MIDI number. */
  note: number;
  /** 1 is full scale. */
  gain: number;
  /** -1 is left, 1 is right. */
  pan: number;
}

/** The sound of a synthesizer: oscillators, then a filter that closes, then an envelope. */
export interface Timbre {
  /** How many oscillators, and how far apart the outermost are, cents. Half of them are left, half right. */
  voices: number;
  spreadCents: number;
  /** Width of a pulse, 0..1; a sawtooth without it. */
  pulse?: number;
  /** Where the filter is at first and after about `sweepS`, Hz, and its resonance. */
  openHz: number;
  closedHz: number;
  sweepS: number;
  quality: number;
  /** The envelope: rise, time constant of the decay to `sustain` (0..1), and end, s. */
  attackS: number;
  decayS: number;
  sustain: number;
  releaseS: number;
  vibratoCents?: number;
}

/** Samples for which pitch, filter and decay stay the same. */
const BLOCK = 32;
const VIBRATO_HZ = 5.3;

/** Adds a note of a synthesizer to a bus. */
export function play(bus: Stereo, note: Note, timbre: Timbre): void {
  const { voices, releaseS, attackS, decayS, sustain, pulse } = timbre;
  const total = Math.round((note.seconds + releaseS) * SAMPLE_RATE);
  const end = Math.min(total, bus.left.length - note.at);
  const random = noise(note.at + 31 * note.note);
  const phases = Float64Array.from({ length: voices }, () => (random() + 1) / 2);
  const base = hertz(note.note) / SAMPLE_RATE;
  const steps = Float64Array.from({ length: voices }, (_, n) => {
    const cents = voices > 1 ? timbre.spreadCents * (n / (voices - 1) - 0.5) : 0;
    return base * 2 ** (cents / 1_200);
  });
  const [leftFilter, rightFilter] = [new Filter(), new Filter()];
  const [toLeft, toRight] = panned(note);
  const level = 1 / Math.sqrt(voices);
  for (let from = 0; from < end; from += BLOCK) {
    const time = from / SAMPLE_RATE;
    const cutoff = timbre.closedHz + (timbre.openHz - timbre.closedHz) * Math.exp(-time / timbre.sweepS);
    leftFilter.tune(cutoff, timbre.quality);
    rightFilter.tune(cutoff, timbre.quality);
    const held = sustain + (1 - sustain) * Math.exp(-time / decayS);
    const bend = bendAt(timbre.vibratoCents ?? 0, time);
    for (let n = from; n < Math.min(from + BLOCK, end); n++) {
      let left = 0;
      let right = 0;
      for (let voice = 0; voice < voices; voice++) {
        const step = steps[voice]! * bend;
        let phase = phases[voice]! + step;
        if (phase >= 1) phase -= 1;
        phases[voice] = phase;
        const sample = pulse === undefined ? saw(phase, step) : square(phase, step, pulse);
        if (voice % 2 === 0) left += sample;
        else right += sample;
      }
      if (voices === 1) right = left;
      const at = n / SAMPLE_RATE;
      const fade = Math.min(1, at / attackS, (total - n) / (releaseS * SAMPLE_RATE + 1));
      const size = level * held * fade * fade;
      bus.left[note.at + n]! += toLeft * size * leftFilter.next(left);
      bus.right[note.at + n]! += toRight * size * rightFilter.next(right);
    }
  }
}

/** Vibrato begins late, as players do it. */
function bendAt(cents: number, time: number): number {
  if (cents === 0) return 1;
  const depth = cents * Math.min(1, time / 0.6);
  return 2 ** ((depth * Math.sin(2 * Math.PI * VIBRATO_HZ * time)) / 1_200);
}

/** Gains for both sides, with equal power. */
function panned({ gain, pan }: Pick<Note, "gain" | "pan">): [left: number, right: number] {
  const angle = ((pan + 1) * Math.PI) / 4;
  return [gain * Math.SQRT2 * Math.cos(angle), gain * Math.SQRT2 * Math.sin(angle)];
}

/** A sawtooth, -1..1, whose edge is rounded so that it does not alias (polyBLEP). */
export function saw(phase: number, step: number): number {
  return 2 * phase - 1 - edge(phase, step);
}

function square(phase: number, step: number, width: number): number {
  const other = phase + width >= 1 ? phase + width - 1 : phase + width;
  return saw(phase, step) - saw(other, step);
}

function edge(phase: number, step: number): number {
  if (phase < step) {
    const t = phase / step;
    return t + t - t * t - 1;
  }
  if (phase > 1 - step) {
    const t = (phase - 1) / step;
    return t * t + t + t + 1;
  }
  return 0;
}

/** A tone of something that is struck or plucked: ratio to the note's frequency, gain, decay to 1/e in s. */
export type Overtone = readonly [ratio: number, gain: number, decayS: number];

/** How fast what is struck is damped when it is let go, s. */
const DAMP_S = 0.12;

/** Adds something struck or plucked to a bus: decaying sines, computed by recursion. */
export function strike(bus: Stereo, note: Note, overtones: readonly Overtone[]): void {
  const total = Math.round((note.seconds + DAMP_S) * SAMPLE_RATE);
  const end = Math.min(total, bus.left.length - note.at);
  const sound = new Float64Array(Math.max(end, 0));
  for (const [ratio, gain, decayS] of overtones) {
    const frequency = hertz(note.note) * ratio;
    if (frequency > 0.45 * SAMPLE_RATE) continue;
    const turn = (2 * Math.PI * frequency) / SAMPLE_RATE;
    const fall = Math.exp(-1 / (decayS * SAMPLE_RATE));
    const [ahead, back] = [2 * fall * Math.cos(turn), fall * fall];
    let [last, before] = [0, (-gain * Math.sin(turn)) / fall];
    for (let n = 0; n < end; n++) {
      const next = ahead * last - back * before;
      before = last;
      last = next;
      sound[n]! += next;
    }
  }
  const [toLeft, toRight] = panned(note);
  for (let n = 0; n < end; n++) {
    const sample = sound[n]! * Math.min(1, n / 48, (total - n) / (DAMP_S * SAMPLE_RATE));
    bus.left[note.at + n]! += toLeft * sample;
    bus.right[note.at + n]! += toRight * sample;
  }
}

/** A piano string's overtones: slightly sharp, and shorter the higher they are. */
export function pianoTones(note: number, brightness: number): Overtone[] {
  const longest = 2.6 * 2 ** ((60 - note) / 24);
  return Array.from({ length: 12 }, (_, index) => {
    const n = index + 1;
    const ratio = n * Math.sqrt(1 + 0.000_4 * n * n);
    return [ratio, brightness ** index / (1 + 0.15 * n), longest / (1 + 0.45 * index)] as const;
  });
}
