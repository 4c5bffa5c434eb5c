/** Samples per second of everything the demo song is made of. */
export const SAMPLE_RATE = 48_000;

/** Two channels of equal length, -1..1. */
export interface Stereo {
  left: Float32Array;
  right: Float32Array;
}

export function stereo(samples: number): Stereo {
  return { left: new Float32Array(samples), right: new Float32Array(samples) };
}

/** Equal-tempered frequency of a MIDI note number, in Hz (69 is A4, 440 Hz). */
export function hertz(note: number): number {
  return 440 * 2 ** ((note - 69) / 12);
}

/** White noise in -1..1 that is the same in every run (mulberry32). */
export function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/** One sound to add to a bus. */
export interface Voice {
  /** Start, in samples from the start of the song. */
  at: number;
  /** Length in seconds; the voice must have died away by then. */
  length: number;
  /** Loudness, 1 is full scale. */
  gain: number;
  /** -1 is left, 1 is right. */
  pan: number;
  /** The sample `time` seconds after the start. */
  sound(time: number): number;
}

const ATTACK = 0.003;
const RELEASE = 0.03;

/** Adds a voice, faded in and out over milliseconds so that it never clicks, panned at equal power. */
export function play(bus: Stereo, { at, length, gain, pan, sound }: Voice): void {
  const toLeft = gain * Math.cos(((pan + 1) * Math.PI) / 4);
  const toRight = gain * Math.sin(((pan + 1) * Math.PI) / 4);
  const end = Math.min(bus.left.length - at, Math.round(length * SAMPLE_RATE));
  for (let i = 0; i < end; i++) {
    const time = i / SAMPLE_RATE;
    const edge = Math.min(1, time / ATTACK, (length - time) / RELEASE);
    const sample = edge * sound(time);
    bus.left[at + i]! += toLeft * sample;
    bus.right[at + i]! += toRight * sample;
  }
}

/** Quality factors of the four sections of an eighth-order Butterworth filter. */
const BUTTERWORTH_8 = [0.5098, 0.6013, 0.9, 2.5629];

/**
 * Cuts everything below or above a corner frequency by 48 dB an octave, in place: steep, so that a
 * part lights its own bands and leaves the others dark (biquads from the RBJ Audio EQ Cookbook).
 */
export function cut(bus: Stereo, side: "below" | "above", corner: number): void {
  const turn = (2 * Math.PI * corner) / SAMPLE_RATE;
  const cos = Math.cos(turn);
  const outer = side === "above" ? (1 - cos) / 2 : (1 + cos) / 2;
  const inner = side === "above" ? 1 - cos : -(1 + cos);
  for (const quality of BUTTERWORTH_8) {
    const alpha = Math.sin(turn) / (2 * quality);
    const scale = 1 / (1 + alpha);
    for (const channel of [bus.left, bus.right]) {
      let [x1, x2, y1, y2] = [0, 0, 0, 0];
      for (let i = 0; i < channel.length; i++) {
        const x = channel[i]!;
        const y = scale * (outer * (x + x2) + inner * x1 + 2 * cos * y1 - (1 - alpha) * y2);
        x2 = x1;
        x1 = x;
        y2 = y1;
        y1 = y;
        channel[i] = y;
      }
    }
  }
}

/** Adds echoes that cross from side to side, in place. `seconds` apart, each `feedback` of the last. */
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

/** Line lengths in samples: primes, so that the echoes never pile up into a tone. */
const ROOM_LINES = [1423, 1723, 2053, 2399];

/**
 * Adds the sound of a room, in place: four delay lines that feed one another through a Householder
 * matrix, dying away by 60 dB in `seconds`.
 */
export function room(bus: Stereo, seconds: number, wet: number): void {
  const lines = ROOM_LINES.map((length) => new Float32Array(length));
  const decay = ROOM_LINES.map((length) => 10 ** ((-3 * length) / (seconds * SAMPLE_RATE)));
  for (let i = 0; i < bus.left.length; i++) {
    const heard = lines.map((line, n) => line[i % line.length]! * decay[n]!);
    const shared = (heard[0]! + heard[1]! + heard[2]! + heard[3]!) / 2;
    for (let n = 0; n < lines.length; n++) {
      const line = lines[n]!;
      line[i % line.length] = (n % 2 === 0 ? bus.left[i]! : bus.right[i]!) + heard[n]! - shared;
    }
    bus.left[i]! += wet * (heard[0]! + heard[2]!);
    bus.right[i]! += wet * (heard[1]! + heard[3]!);
  }
}

/** Adds `from`, times `gain`, onto `onto`. */
export function add(onto: Stereo, from: Stereo, gain: number): void {
  for (let i = 0; i < onto.left.length; i++) {
    onto.left[i]! += gain * from.left[i]!;
    onto.right[i]! += gain * from.right[i]!;
  }
}

/** Makes a bus `gain` times as loud, in place. */
export function amplify({ left, right }: Stereo, gain: number): void {
  for (let i = 0; i < left.length; i++) {
    left[i]! *= gain;
    right[i]! *= gain;
  }
}

/** Greatest absolute sample of both channels. */
export function peak({ left, right }: Stereo): number {
  let greatest = 0;
  for (let i = 0; i < left.length; i++) {
    greatest = Math.max(greatest, Math.abs(left[i]!), Math.abs(right[i]!));
  }
  return greatest;
}
