import { add, amplify, reverb, SAMPLE_RATE, type Stereo } from "../demo-song/synth.ts";
import { highPass, lowPass } from "./filter.ts";

/** A copy that can be changed. */
export function copy({ left, right }: Stereo): Stereo {
  return { left: left.slice(), right: right.slice() };
}

/** Overdrives a bus like a valve or a tape, in place: 1 is gentle, 10 is a guitar amplifier. */
export function overdrive(bus: Stereo, drive: number): void {
  const scale = 1 / Math.tanh(drive);
  for (const channel of [bus.left, bus.right]) {
    for (let n = 0; n < channel.length; n++) channel[n] = scale * Math.tanh(drive * channel[n]!);
  }
}

/**
 * Lowers a bus at each of these moments, as a compressor does that listens to the kick drum.
 * @param times samples
 * @param depth share that is taken away, 0..1
 * @param seconds until it is back
 */
export function duck(bus: Stereo, times: readonly number[], depth: number, seconds: number): void {
  const length = Math.round(seconds * SAMPLE_RATE);
  for (const at of times) {
    for (let n = 0; n < length && at + n < bus.left.length; n++) {
      // Down within 4 ms, so that it does not click.
      const gain = 1 - depth * Math.min(1, n / 192) * (1 - n / length) ** 1.5;
      bus.left[at + n]! *= gain;
      bus.right[at + n]! *= gain;
    }
  }
}

/** Lowers a bus while another sounds: music under speech. Follows within about 0.15 s. */
export function duckUnder(bus: Stereo, voice: Stereo, depth: number): void {
  let loud = 0;
  for (let n = 0; n < bus.left.length; n++) {
    const size = Math.abs(voice.left[n]!);
    loud += (size > loud ? 0.001 : 0.000_08) * (size - loud);
    const gain = 1 - depth * Math.min(1, loud * 12);
    bus.left[n]! *= gain;
    bus.right[n]! *= gain;
  }
}

/** Adds a room around a bus, in place: reverberation without rumble and hiss. */
export function room(bus: Stereo, seconds: number, wet: number): void {
  const send = copy(bus);
  highPass(send, 180);
  reverb(send, seconds, 1);
  lowPass(send, 5_500);
  add(bus, send, wet);
}

/** Multiplies a bus by a gain that goes in straight lines through these points: samples and gain. */
export function automate(bus: Stereo, points: readonly (readonly [at: number, gain: number])[]): void {
  let next = 0;
  for (let n = 0; n < bus.left.length; n++) {
    while (next < points.length && points[next]![0] <= n) next++;
    const [after, before] = [points[next], points[next - 1]];
    const [at, from] = before ?? after!;
    const [end, to] = after ?? before!;
    const gain = end > at ? from + ((to - from) * (n - at)) / (end - at) : from;
    bus.left[n]! *= gain;
    bus.right[n]! *= gain;
  }
}

/** The greatest sample of a master: -1 dBFS, as streaming services ask. */
const CEILING = 10 ** (-1 / 20);
/** The limiter finds one gain for each block of samples: 1.3 ms. */
const BLOCK = 64;
/** How fast its gain may fall and rise, for each block: within 5 ms, and within about 0.1 s. */
const FALL = 0.25;
const RISE = 0.012;

/** Where the treble of records ends: microphones, tapes and encoders let little through above it. */
const AIR_HZ = 15_500;

/**
 * Makes a mix as loud as releases of its style are, in place, with a limiter that looks ahead.
 * @param rmsDb the loudness of all, dB relative to full scale; it is met within about 0.5 dB
 */
export function master(mix: Stereo, rmsDb: number): void {
  lowPass(mix, AIR_HZ);
  let drive = 10 ** (rmsDb / 20) / rms(mix);
  for (let round = 0; round < 3; round++) {
    const limited = copy(mix);
    amplify(limited, drive);
    limit(limited);
    drive *= 10 ** (rmsDb / 20) / rms(limited);
  }
  amplify(mix, drive);
  limit(mix);
}

function limit(mix: Stereo): void {
  const gains = gainsOf(mix);
  for (let n = 0; n < mix.left.length; n++) {
    const block = Math.floor(n / BLOCK);
    const share = (n % BLOCK) / BLOCK;
    const gain = gains[block]! * (1 - share) + gains[block + 1]! * share;
    mix.left[n]! *= gain;
    mix.right[n]! *= gain;
  }
}

/** Gains at the bounds of all blocks. Each is low enough for the blocks on both of its sides. */
function gainsOf({ left, right }: Stereo): Float64Array {
  const blocks = Math.ceil(left.length / BLOCK);
  const gains = new Float64Array(blocks + 1).fill(1);
  for (let block = 0; block < blocks; block++) {
    let most = 0;
    for (let n = block * BLOCK; n < Math.min((block + 1) * BLOCK, left.length); n++) {
      most = Math.max(most, Math.abs(left[n]!), Math.abs(right[n]!));
    }
    const allowed = most > CEILING ? CEILING / most : 1;
    gains[block] = Math.min(gains[block]!, allowed);
    gains[block + 1] = Math.min(gains[block + 1]!, allowed);
  }
  for (let n = blocks - 1; n >= 0; n--) gains[n] = Math.min(gains[n]!, gains[n + 1]! * (1 + FALL));
  for (let n = 1; n <= blocks; n++) gains[n] = Math.min(gains[n]!, gains[n - 1]! * (1 + RISE));
  return gains;
}

/** The root mean square of both channels. */
export function rms({ left, right }: Stereo): number {
  let sum = 0;
  for (let n = 0; n < left.length; n++) sum += left[n]! ** 2 + right[n]! ** 2;
  return Math.sqrt(sum / (2 * left.length)) || Number.MIN_VALUE;
}
