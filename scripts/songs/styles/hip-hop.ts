import { add, hertz, SAMPLE_RATE, type Stereo } from "../../demo-song/synth.ts";
import { air, crackle } from "../air.ts";
import { clap, cymbal, hit, kick, snare } from "../drums.ts";
import { highPass, lowPass } from "../filter.ts";
import { duck, master, overdrive, room } from "../mixing.ts";
import { Score } from "../score.ts";
import type { MadeSong } from "../song.ts";
import { speak } from "../speech.ts";
import { pianoTones, strike } from "../voices.ts";

const BARS = 18;
/** Where the second sixteenth of a pair begins: later than half, as drum machines swing. */
const SWING = 0.6;
const CHORDS = [
  { root: 29, notes: [56, 60, 63, 67] },
  { root: 34, notes: [58, 61, 65, 68] },
  { root: 32, notes: [56, 60, 63, 68] },
  { root: 27, notes: [55, 58, 63, 65] },
] as const;

/** Hip-hop at 92 beats per minute: a sampled piano, swung hats, a bass below 60 Hz, a rapper. */
export function hipHop(): MadeSong {
  const score = new Score(92, BARS * 4, 1, 18);
  const [drums, bass, keys, voice] = [score.bus(), score.bus(), score.bus(), score.bus()];
  const kicks: number[] = [];
  for (let bar = 0; bar < BARS; bar++) {
    const { root, notes } = CHORDS[bar % 4]!;
    for (const [beat, gain] of [
      [0, 0.35],
      [1.5, 0.25],
      [2.75, 0.3],
    ] as const) {
      for (const note of notes) {
        const place = { at: score.played(bar * 4 + beat), seconds: score.seconds(1.2), note, pan: 0 };
        strike(keys, { ...place, gain: gain * score.touch(2) }, pianoTones(note, 0.7));
      }
    }
    if (bar < 2) continue;
    // Drums and bass leave for two bars, and come back at once.
    const isOut = bar === 9;
    if (!isOut) playDrums(score, drums, bar, kicks);
    if (!isOut) for (const [beat, length] of BASS_LINE) sub(score, bass, bar * 4 + beat, root, length);
    if (bar >= 3) rap(score, voice, bar);
  }
  lowPass(keys, 3_400);
  overdrive(keys, 1.2);
  highPass(voice, 110);
  room(voice, 0.4, 0.1);
  duck(keys, kicks, 0.35, 0.18);
  overdrive(bass, 1.3);
  const mix = score.bus();
  add(mix, drums, 0.95);
  add(mix, bass, 0.6);
  add(mix, keys, 0.45);
  add(mix, voice, 0.55);
  crackle(mix, 0.08);
  air(mix, -58);
  master(mix, -11);
  return { name: "hip-hop", bpm: score.bpm, beats: score.beatTimes(), sound: [mix.left, mix.right] };
}

/** Beat and length, in beats. */
const BASS_LINE = [
  [0, 1.2],
  [1.75, 0.6],
  [2.5, 1.3],
] as const;

/** A sine that glides down to its note and rings: the bass of drum machines. */
function sub(score: Score, bus: Stereo, beat: number, note: number, beats: number): void {
  const at = score.at(beat);
  const samples = Math.round(score.seconds(beats) * SAMPLE_RATE);
  let phase = 0;
  for (let n = 0; n < samples && at + n < bus.left.length; n++) {
    const time = n / SAMPLE_RATE;
    phase += (hertz(note + 12) * (1 + 0.6 * Math.exp(-time / 0.02))) / SAMPLE_RATE;
    const fade = Math.min(1, time / 0.004, (samples - n) / 1_200);
    const sample = 0.8 * fade * Math.exp(-time / 0.9) * Math.sin(2 * Math.PI * phase);
    bus.left[at + n]! += sample;
    bus.right[at + n]! += sample;
  }
}

/** Short phrases between the beats. */
function rap(score: Score, bus: Stereo, bar: number): void {
  const starts = bar % 2 === 0 ? [0.25, 2.25] : [0.5];
  for (const [n, beat] of starts.entries()) {
    const seconds = score.seconds(bar % 2 === 0 ? 1.5 : 3);
    const gain = 0.9 * score.touch();
    const phrase = { at: score.played(bar * 4 + beat), seconds, gain, pitchHz: 128, syllablesPerS: 6.1 };
    speak(bus, { ...phrase, seed: 800 + 2 * bar + n });
  }
}

const KICK = kick(52, 0.12, 0.6);
const SNARE = snare(205, 0.1, 0.8);
const CLAP = clap(0.06);
const HAT = cymbal(0.03, 7_500, 81);
const OPEN = cymbal(0.16, 6_500, 82);

function playDrums(score: Score, bus: Stereo, bar: number, kicks: number[]): void {
  const first = bar * 4;
  for (const beat of bar % 2 === 0 ? [0, 1.75, 2.5] : [0, 0.75, 2.5, 3.75]) {
    const at = score.at(beat + first);
    kicks.push(at);
    hit(bus, KICK, at, 0.95 * score.touch(1));
  }
  for (const beat of [1, 3]) {
    hit(bus, SNARE, score.at(first + beat), 0.75 * score.touch(1));
    hit(bus, CLAP, score.at(first + beat), 0.3);
  }
  for (let pair = 0; pair < 8; pair++) {
    const beat = first + pair / 2;
    hit(bus, HAT, score.at(beat), 0.26 * score.touch(2), 0.25);
    if (pair % 4 !== 3) hit(bus, HAT, score.at(beat + SWING / 2), 0.15 * score.touch(3), 0.25);
    // Three in the time of two, now and then.
    if (pair === 5 && bar % 2 === 1) {
      for (let n = 1; n < 3; n++) hit(bus, HAT, score.at(beat + n / 6), 0.18, 0.25);
    }
  }
  if (bar % 4 === 1) hit(bus, OPEN, score.at(first + 3.5), 0.25, 0.25);
}
