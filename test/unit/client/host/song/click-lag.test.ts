import { expect, test } from "vitest";
import { lagOf } from "../../../../../client/host/song/click-lag.ts";
import { randomOf } from "../../../../support/random.ts";

const RATE = 48_000;
const CLICKS = [0, 0.31, 0.73, 1.04, 1.57];

/** What a microphone hears: clicks that come `lagMs` late, their echoes, and noise. */
function heard(lagMs: number, { level = 0.2, noise = 0.01, echoMs = 35 } = {}): Float32Array {
  const random = randomOf(1);
  const samples = Float32Array.from({ length: 4 * RATE }, () => noise * (2 * random() - 1));
  const add = (at: number, level: number) => {
    for (let n = 0; n < 0.004 * RATE; n++)
      samples[Math.round(at * RATE) + n]! += level * Math.sin((2 * Math.PI * 3_000 * n) / RATE);
  };
  for (const click of CLICKS) {
    add(click + lagMs / 1_000, level);
    add(click + (lagMs + echoMs) / 1_000, 0.6 * level);
  }
  return samples;
}

test.each([0, 12, 180, 1_800, 2_200])("clicks that are %i ms late are found within 2 ms", (lagMs) => {
  expect(Math.abs(lagOf(heard(lagMs), RATE, CLICKS)! - lagMs)).toBeLessThanOrEqual(2);
});

test("soft clicks among noise and a strong hum are found", () => {
  const samples = heard(250, { level: 0.05, noise: 0.02 });
  for (let n = 0; n < samples.length; n++) samples[n]! += 0.3 * Math.sin((2 * Math.PI * 50 * n) / RATE);
  expect(Math.abs(lagOf(samples, RATE, CLICKS)! - 250)).toBeLessThanOrEqual(2);
});

test("without clicks nothing is found: in noise, in silence, and if only one click is heard", () => {
  expect(lagOf(heard(0, { level: 0, noise: 0.1 }), RATE, CLICKS)).toBeUndefined();
  expect(lagOf(new Float32Array(4 * RATE), RATE, CLICKS)).toBeUndefined();
});
