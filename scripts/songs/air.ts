import { noise, type Stereo } from "../demo-song/synth.ts";
import { Filter } from "./filter.ts";

/** Adds what every recording has between its notes: pink noise of rooms and amplifiers. */
export function air(bus: Stereo, db: number): void {
  const gain = 10 ** (db / 20);
  for (const [seed, channel] of [bus.left, bus.right].entries()) {
    const hiss = noise(900 + seed);
    let [slow, middle, fast] = [0, 0, 0];
    for (let n = 0; n < channel.length; n++) {
      const white = hiss();
      // Three low-passes whose sum falls by 3 dB per octave (Paul Kellet's filter).
      slow = 0.997_65 * slow + 0.099_046 * white;
      middle = 0.963 * middle + 0.296_516 * white;
      fast = 0.57 * fast + 1.052_691 * white;
      channel[n]! += gain * (slow + middle + fast + 0.184_8 * white);
    }
  }
}

/** Adds noise whose pitch and loudness change from one moment to another: a riser, wind, waves. */
export function sweep(
  bus: Stereo,
  { from, until }: { from: number; until: number },
  shape: (share: number) => { gain: number; hertz: number },
): void {
  const end = Math.min(until, bus.left.length);
  for (const [seed, channel] of [bus.left, bus.right].entries()) {
    const hiss = noise(from + seed);
    const filter = new Filter(1_000, 1.4);
    let gain = 0;
    for (let n = from; n < end; n++) {
      if ((n - from) % 64 === 0) {
        const now = shape((n - from) / (until - from));
        gain = now.gain;
        filter.tune(now.hertz, 1.4);
      }
      filter.next(hiss());
      channel[n]! += gain * filter.band;
    }
  }
}

/** Adds the dust on a record: rare, short, sharp. */
export function crackle(bus: Stereo, gain: number): void {
  const random = noise(77);
  for (let n = 0; n < bus.left.length; n++) {
    if (random() < 0.999_5) continue;
    const size = gain * random() ** 3;
    for (let tail = 0; tail < 24 && n + tail < bus.left.length; tail++) {
      const sample = size * 0.75 ** tail * (tail % 2 === 0 ? 1 : -1);
      bus.left[n + tail]! += sample;
      bus.right[n + tail]! += 0.6 * sample;
    }
  }
}
