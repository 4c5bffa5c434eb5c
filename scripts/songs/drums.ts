import { noise, SAMPLE_RATE, type Stereo } from "../demo-song/synth.ts";
import { Filter } from "./filter.ts";

/** A recorded hit, mono, with a peak of 1. */
export type Hit = Float32Array;

/** Adds a hit to a bus. */
export function hit(bus: Stereo, sound: Hit, at: number, gain: number, pan = 0): void {
  const toLeft = gain * Math.SQRT2 * Math.cos(((pan + 1) * Math.PI) / 4);
  const toRight = gain * Math.SQRT2 * Math.sin(((pan + 1) * Math.PI) / 4);
  const end = Math.min(sound.length, bus.left.length - at);
  for (let n = 0; n < end; n++) {
    bus.left[at + n]! += toLeft * sound[n]!;
    bus.right[at + n]! += toRight * sound[n]!;
  }
}

/** Records `seconds` of a sound, and brings its peak to 1. */
function record(seconds: number, sampleAt: (time: number) => number): Hit {
  const sound = Float32Array.from({ length: Math.round(seconds * SAMPLE_RATE) }, (_, n) => {
    const time = n / SAMPLE_RATE;
    return sampleAt(time) * Math.min(1, (seconds - time) / 0.01);
  });
  const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return sound.map((sample) => sample / peak);
}

/** A bass drum: a sine that falls to `hertz`, and the click of the beater. */
export function kick(hertz: number, decayS: number, click: number): Hit {
  const hiss = noise(1);
  const beater = new Filter(3_500);
  return record(Math.min(decayS * 5, 1.2), (time) => {
    const phase = hertz * time + ((3.4 * hertz) / 30) * (1 - Math.exp(-30 * time));
    const skin = Math.sin(2 * Math.PI * phase) * Math.exp(-time / decayS);
    const stick = beater.next(hiss()) * click * Math.exp(-time / 0.004);
    return Math.tanh(1.6 * skin) + stick;
  });
}

/** A snare drum: two modes of the skin, and the rattle of the wires. */
export function snare(hertz: number, decayS: number, wires: number): Hit {
  const hiss = noise(2);
  const [low, high] = [new Filter(1_100), new Filter(9_500)];
  return record(decayS * 6, (time) => {
    const skin =
      Math.sin(2 * Math.PI * hertz * time) * Math.exp(-time / 0.055) +
      0.6 * Math.sin(2 * Math.PI * 1.83 * hertz * time) * Math.exp(-time / 0.035);
    low.next(hiss());
    const rattle = high.next(low.high) * Math.exp(-time / decayS);
    const crack = 0.8 * low.high * Math.exp(-time / 0.006);
    return Math.tanh(1.2 * (skin + wires * rattle + crack));
  });
}

/** Frequencies of the metal in cymbals: not in simple ratios. */
const METAL_HZ = [3_170, 4_210, 5_430, 6_790, 8_210, 9_870] as const;

/** A hi-hat, ride or crash: metal and noise, above `lowest` Hz. */
export function cymbal(decayS: number, lowest: number, seed: number): Hit {
  const hiss = noise(seed);
  const above = new Filter(lowest);
  return record(Math.min(decayS * 6, 4), (time) => {
    let metal = 0;
    for (const hertz of METAL_HZ) metal += (hertz * time) % 1 < 0.5 ? 0.12 : -0.12;
    above.next(hiss() + metal);
    return above.high * (0.75 * Math.exp(-time / decayS) + 0.25 * Math.exp(-time / 0.008));
  });
}

/** Several hands that do not quite clap together. */
export function clap(decayS: number): Hit {
  const hiss = noise(4);
  const around = new Filter(1_500, 0.9);
  return record(decayS * 6, (time) => {
    const burst = time < 0.03 ? Math.exp(-(time % 0.011) / 0.004) : Math.exp(-(time - 0.03) / decayS);
    around.next(hiss() * burst);
    return around.band + 0.35 * around.high;
  });
}

/** A tom, or a kettledrum with a longer decay. */
export function tom(hertz: number, decayS: number): Hit {
  const hiss = noise(5);
  const stick = new Filter(2_500);
  return record(Math.min(decayS * 5, 3), (time) => {
    const phase = hertz * time + ((0.5 * hertz) / 18) * (1 - Math.exp(-18 * time));
    const skin =
      Math.sin(2 * Math.PI * phase) * Math.exp(-time / decayS) +
      0.35 * Math.sin(2 * Math.PI * 1.5 * phase) * Math.exp(-time / (0.6 * decayS)) +
      0.2 * Math.sin(2 * Math.PI * 1.98 * phase) * Math.exp(-time / (0.4 * decayS));
    return skin + 0.5 * stick.next(hiss()) * Math.exp(-time / 0.008);
  });
}

/** A stick on the rim, or a finger's snap. */
export function rim(): Hit {
  const hiss = noise(6);
  const around = new Filter(2_300, 2);
  return record(0.12, (time) => {
    around.next(
      hiss() * Math.exp(-time / 0.006) + Math.sin(2 * Math.PI * 820 * time) * Math.exp(-time / 0.02),
    );
    return around.band + 0.2 * around.high;
  });
}

/** A shaker: noise that swells and falls. */
export function shaker(): Hit {
  const hiss = noise(7);
  const above = new Filter(5_500);
  return record(0.13, (time) => {
    above.next(hiss());
    return above.high * Math.sin(Math.PI * Math.min(1, time / 0.12)) ** 2;
  });
}
