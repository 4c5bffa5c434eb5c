/** Sample rate of all audio here, Hz. */
export const SAMPLE_RATE = 48_000;

/** Two channels of equal length, -1..1. */
export interface Stereo {
  left: Float32Array;
  right: Float32Array;
}

/** A silent buffer. */
export function stereo(samples: number): Stereo {
  return { left: new Float32Array(samples), right: new Float32Array(samples) };
}

/** Equal-tempered frequency of a MIDI note number, in Hz (69 is A4, 440 Hz). */
export function hertz(note: number): number {
  return 440 * 2 ** ((note - 69) / 12);
}

/** White noise, -1..1, the same in every run (mulberry32). */
export function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/**
 * A sine that starts at 0 and decays, one sample with each call. It turns and shrinks a complex number, which
 * takes much less time than a sine and a power for each sample.
 * @param hertz its frequency
 * @param decay how fast it decays, 1/s: by a factor of e in 1 / `decay` seconds
 */
export function ringing(hertz: number, decay = 0, gain = 1): () => number {
  const turn = (2 * Math.PI * hertz) / SAMPLE_RATE;
  const shrink = Math.exp(-decay / SAMPLE_RATE);
  const [cos, sin] = [shrink * Math.cos(turn), shrink * Math.sin(turn)];
  let [re, im] = [gain, 0];
  return () => {
    const sample = im;
    im = re * sin + im * cos;
    re = re * cos - sample * sin;
    return sample;
  };
}

/** A sound to add to a bus. */
export interface Voice {
  /** Start, in samples from the start of the song. */
  at: number;
  /** Length in seconds. The sound must have decayed by then. */
  length: number;
  /** Loudness, 1 is full scale. */
  gain: number;
  /** -1 is left, 1 is right. */
  pan: number;
  /** The sample `time` seconds after the start. It is asked once for each sample, in their order. */
  sound(time: number): number;
}

/** Fade-in of a voice. */
const ATTACK_S = 0.003;
/** Fade-out of a voice. */
const RELEASE_S = 0.03;

/** Adds a voice with equal-power panning. Fades it in and out, so that it does not click. */
export function play(bus: Stereo, { at, length, gain, pan, sound }: Voice): void {
  const toLeft = gain * Math.cos(((pan + 1) * Math.PI) / 4);
  const toRight = gain * Math.sin(((pan + 1) * Math.PI) / 4);
  const end = Math.min(bus.left.length - at, Math.round(length * SAMPLE_RATE));
  for (let i = 0; i < end; i++) {
    const time = i / SAMPLE_RATE;
    const edge = Math.min(1, time / ATTACK_S, (length - time) / RELEASE_S);
    const sample = edge * sound(time);
    bus.left[at + i]! += toLeft * sample;
    bus.right[at + i]! += toRight * sample;
  }
}

/** Quality factors of the four sections of an eighth-order Butterworth filter. */
const BUTTERWORTH_8 = [0.5098, 0.6013, 0.9, 2.5629];

/**
 * Attenuates everything below or above a corner frequency by 48 dB per octave, in place (biquads from the RBJ
 * Audio EQ Cookbook). The slope is steep, so that a part has little energy in the bands of other parts.
 */
export function cut(bus: Stereo, side: "below" | "above", corner: number): void {
  const turn = (2 * Math.PI * corner) / SAMPLE_RATE;
  const cos = Math.cos(turn);
  const outer = side === "above" ? (1 - cos) / 2 : (1 + cos) / 2;
  const inner = side === "above" ? 1 - cos : -(1 + cos);
  for (const quality of BUTTERWORTH_8) {
    const alpha = Math.sin(turn) / (2 * quality);
    const [b0, b1] = [outer / (1 + alpha), inner / (1 + alpha)];
    const [a1, a2] = [(2 * cos) / (1 + alpha), (1 - alpha) / (1 + alpha)];
    for (const channel of [bus.left, bus.right]) {
      let [x1, x2, y1, y2] = [0, 0, 0, 0];
      for (let i = 0; i < channel.length; i++) {
        const x = channel[i]!;
        const y = b0 * (x + x2) + b1 * x1 + a1 * y1 - a2 * y2;
        x2 = x1;
        x1 = x;
        y2 = y1;
        y1 = y;
        channel[i] = y;
      }
    }
  }
}

/** Adds echoes that alternate between the channels, in place. Each is `feedback` times the one before. */
export function echo(bus: Stereo, seconds: number, feedback: number): void {
  const delay = Math.round(seconds * SAMPLE_RATE);
  const length = bus.left.length;
  const wet = stereo(length);
  for (let i = delay; i < length; i++) {
    const past = i - delay;
    wet.left[i] = feedback * (bus.right[past]! + wet.right[past]!);
    wet.right[i] = feedback * (bus.left[past]! + wet.left[past]!);
  }
  add(bus, wet, 1);
}

type Four<T> = [T, T, T, T];

/** Lengths of the delay lines: primes, so that the echoes do not add up to a tone. */
const REVERB_LINES_SAMPLES: Four<number> = [1423, 1723, 2053, 2399];

/**
 * Adds reverberation, in place: four delay lines that feed each other through a Householder matrix and decay
 * by 60 dB in `seconds`.
 */
export function reverb(bus: Stereo, seconds: number, wet: number): void {
  const [a, b, c, d] = REVERB_LINES_SAMPLES.map((length) => new Float32Array(length)) as Four<Float32Array>;
  const [fallA, fallB, fallC, fallD] = REVERB_LINES_SAMPLES.map(
    (length) => 10 ** ((-3 * length) / (seconds * SAMPLE_RATE)),
  ) as Four<number>;
  let [atA, atB, atC, atD] = [0, 0, 0, 0];
  for (let i = 0; i < bus.left.length; i++) {
    const [left, right] = [bus.left[i]!, bus.right[i]!];
    const fromA = a[atA]! * fallA;
    const fromB = b[atB]! * fallB;
    const fromC = c[atC]! * fallC;
    const fromD = d[atD]! * fallD;
    const shared = (fromA + fromB + fromC + fromD) / 2;
    a[atA] = left + fromA - shared;
    b[atB] = right + fromB - shared;
    c[atC] = left + fromC - shared;
    d[atD] = right + fromD - shared;
    atA = atA + 1 === a.length ? 0 : atA + 1;
    atB = atB + 1 === b.length ? 0 : atB + 1;
    atC = atC + 1 === c.length ? 0 : atC + 1;
    atD = atD + 1 === d.length ? 0 : atD + 1;
    bus.left[i] = left + wet * (fromA + fromC);
    bus.right[i] = right + wet * (fromB + fromD);
  }
}

/** Adds `from`, multiplied by `gain`, to `onto`. */
export function add(onto: Stereo, from: Stereo, gain: number): void {
  for (let i = 0; i < onto.left.length; i++) {
    onto.left[i]! += gain * from.left[i]!;
    onto.right[i]! += gain * from.right[i]!;
  }
}

/** Multiplies a bus by `gain`, in place. */
export function amplify({ left, right }: Stereo, gain: number): void {
  for (let i = 0; i < left.length; i++) {
    left[i]! *= gain;
    right[i]! *= gain;
  }
}

/** The greatest absolute sample of both channels. */
export function peak({ left, right }: Stereo): number {
  let greatest = 0;
  for (let i = 0; i < left.length; i++) {
    greatest = Math.max(greatest, Math.abs(left[i]!), Math.abs(right[i]!));
  }
  return greatest;
}
