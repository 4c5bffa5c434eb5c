import type { Onset } from "../../../../../client/light/tempo/onset-strength.ts";
import { CLICK, HAT, KICK, OPEN_HAT, onsetsOf, SNARE, steadyBeats, Tape } from "./rhythms.ts";

/** A sound, and when its beats are, ms. */
export interface Example {
  onsets: readonly Onset[];
  beats: readonly number[];
}

const ms = (seconds: readonly number[]) => seconds.map((time) => 1_000 * time);
/** First beat of all examples, s. */
const FIRST_S = 0.5;

/** Length of steady examples, s: two files of tests share them, so that they are made once. */
export const STEADY_S = 13;

const made = new Map<string, Example>();

function once(name: string, make: () => Example): Example {
  const example = made.get(name) ?? make();
  made.set(name, example);
  return example;
}

/** Kicks, snares and hats: where in a bar each begins, in beats, and how loud. */
const DRUMS = {
  rock: { kick: [0, 2, 2.5], snare: [1, 3], hat: [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], openHat: [] },
  house: { kick: [0, 1, 2, 3], snare: [1, 3], hat: [0.25, 0.75], openHat: [0.5, 1.5, 2.5, 3.5] },
  hipHop: { kick: [0, 1.75, 2.5], snare: [1, 3], hat: [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], openHat: [] },
  swing: { kick: [0, 2], snare: [1, 3], hat: [0, 1, 5 / 3, 2, 3, 11 / 3], openHat: [] },
} as const;

export type DrumPattern = keyof typeof DRUMS;

/** Plays drums from one time to another, s. */
export function drums(tape: Tape, pattern: DrumPattern, bpm: number, from: number, to: number): Tape {
  const { kick, snare, hat, openHat } = DRUMS[pattern];
  const beat = 60 / bpm;
  for (let bar = from; bar < to; bar += 4 * beat) {
    const play = (shot: Float32Array, places: readonly number[], gain: number) => {
      for (const place of places)
        if (bar + place * beat < to - 0.01) tape.add(shot, bar + place * beat, gain);
    };
    play(KICK, kick, 1);
    play(SNARE, snare, 0.9);
    play(HAT, hat, 0.7);
    play(OPEN_HAT, openHat, 0.8);
  }
  return tape;
}

export function clicks(bpm: number, seconds = STEADY_S): Example {
  return once(`clicks ${bpm} ${seconds}`, () => {
    const beats = steadyBeats(bpm, seconds, FIRST_S);
    const tape = new Tape(seconds);
    for (const beat of beats) tape.add(CLICK, beat);
    return { onsets: onsetsOf(tape.sound), beats: ms(beats) };
  });
}

export function drumming(pattern: DrumPattern, bpm: number): Example {
  return once(`${pattern} ${bpm}`, () => {
    const tape = drums(new Tape(STEADY_S), pattern, bpm, FIRST_S, STEADY_S).hiss(0.002);
    return { onsets: onsetsOf(tape.sound), beats: ms(steadyBeats(bpm, STEADY_S, FIRST_S)) };
  });
}

/** Drums whose tempo rises evenly by time. */
export function ramp(fromBpm: number, toBpm: number, seconds: number): Example {
  const tape = new Tape(seconds);
  const beats: number[] = [];
  for (let at = FIRST_S; at < seconds; ) {
    const beat = 60 / (fromBpm + ((toBpm - fromBpm) * at) / seconds);
    tape
      .add(beats.length % 2 ? SNARE : KICK, at)
      .add(HAT, at)
      .add(HAT, at + beat / 2, 0.6);
    beats.push(at);
    at += beat;
  }
  return { onsets: onsetsOf(tape.sound), beats: ms(beats) };
}

/** Drums that stop for some bars and go on in time. */
export function pause(bpm: number, barsBefore: number, silentBars: number, barsAfter: number): Example {
  const bar = 240 / bpm;
  const stop = FIRST_S + barsBefore * bar;
  const seconds = stop + (silentBars + barsAfter) * bar;
  const tape = drums(new Tape(seconds), "rock", bpm, FIRST_S, stop);
  drums(tape, "rock", bpm, stop + silentBars * bar, seconds);
  return { onsets: onsetsOf(tape.sound), beats: ms(steadyBeats(bpm, seconds - 0.01, FIRST_S)) };
}

/** Drums at one tempo, then at another. */
export function change(firstBpm: number, bars: number, secondBpm: number, seconds: number): Example {
  const at = FIRST_S + (bars * 240) / firstBpm;
  const tape = drums(new Tape(seconds), "rock", firstBpm, FIRST_S, at);
  drums(tape, "rock", secondBpm, at, seconds);
  const beats = [...steadyBeats(firstBpm, at - 0.01, FIRST_S), ...steadyBeats(secondBpm, seconds, at)];
  return { onsets: onsetsOf(tape.sound), beats: ms(beats) };
}

export function noise(seconds: number, seed: number): Example {
  return { onsets: onsetsOf(new Tape(seconds).hiss(0.3, seed).sound), beats: [] };
}

export function tone(seconds: number): Example {
  const sound = new Tape(seconds).sound.map((_, n) => 0.5 * Math.sin((2 * Math.PI * 440 * n) / 48_000));
  return { onsets: onsetsOf(sound), beats: [] };
}

/** Beats are right within this, ms. */
const TOLERANCE_MS = 30;

/**
 * How well found beats fit: the F-measure, the harmonic mean of the share of beats that were found and of the
 * share of found ones that are beats.
 */
export function fMeasure(found: readonly number[], beats: readonly number[]): number {
  let [hits, next] = [0, 0];
  for (const beat of beats) {
    while (next < found.length && found[next]! < beat - TOLERANCE_MS) next++;
    if (next < found.length && found[next]! <= beat + TOLERANCE_MS) {
      hits++;
      next++;
    }
  }
  return (2 * hits) / Math.max(found.length + beats.length, 1);
}
