import { describe, expect, test } from "vitest";
import { LoudnessMeter } from "../../../../../client/host/analysis/loudness.ts";

/** A part of a signal: its level, dB relative to full scale, and its length, s. */
type Part = readonly [dbfs: number, seconds: number];

/** One channel of a sine of 1 kHz whose level changes from part to part. */
function sine(rate: number, parts: readonly Part[]): Float32Array {
  const samples: number[] = [];
  for (const [dbfs, seconds] of parts) {
    const peak = 10 ** (dbfs / 20);
    const end = samples.length + Math.round(seconds * rate);
    while (samples.length < end) samples.push(peak * Math.sin((2 * Math.PI * 1_000 * samples.length) / rate));
  }
  return Float32Array.from(samples);
}

function loudnessOf(rate: number, channels: readonly Float32Array[], pieceSamples = 4_096) {
  const meter = new LoudnessMeter(rate);
  for (let at = 0; at < channels[0]!.length; at += pieceSamples)
    meter.add(channels.map((channel) => channel.subarray(at, at + pieceSamples)));
  return meter.result;
}

describe("integrated loudness is what EBU Tech 3341 asks for, within 0.1 LU", () => {
  test.each<[number, Part[], number]>([
    [1, [[-23, 20]], -23],
    [2, [[-33, 20]], -33],
    [
      3,
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
      -23,
    ],
    [
      4,
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
      -23,
    ],
    [
      5,
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
      -23,
    ],
  ])("in case %i", (_, parts, lufs) => {
    const channel = sine(48_000, parts);
    expect(loudnessOf(48_000, [channel, channel]).lufs).toBeCloseTo(lufs, 1);
  });

  test("in case 6, for five channels with weights of their own", () => {
    const [front, centre, side] = [-28, -24, -30].map((dbfs) => sine(48_000, [[dbfs, 20]]));
    const channels = [front!, front!, centre!, new Float32Array(front!.length), side!, side!];
    expect(loudnessOf(48_000, channels).lufs).toBeCloseTo(-23, 1);
  });
});

test.each([8_000, 44_100, 96_000])("it is the same at a sample rate of %i Hz", (rate) => {
  const channel = sine(rate, [[-23, 5]]);
  expect(loudnessOf(rate, [channel, channel]).lufs).toBeCloseTo(-23, 1);
});

test("one channel is as loud as two that are the same: it comes out of both loudspeakers", () => {
  const channel = sine(48_000, [[-23, 5]]);
  expect(loudnessOf(48_000, [channel]).lufs).toBeCloseTo(-23, 1);
});

test("it does not depend on the pieces in which sound comes", () => {
  const channel = sine(48_000, [
    [-20, 2],
    [-30, 2],
  ]);
  const whole = loudnessOf(48_000, [channel], channel.length);
  expect(loudnessOf(48_000, [channel], 777)).toEqual(whole);
});

test("silence has no loudness, and the highest sample is told", () => {
  expect(loudnessOf(48_000, [new Float32Array(96_000)]).lufs).toBeUndefined();
  const samples = new Float32Array(96_000);
  samples[5_000] = -0.5;
  expect(loudnessOf(48_000, [samples]).peakDb).toBeCloseTo(-6.02, 2);
});
