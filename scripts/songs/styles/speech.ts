import { add, type Stereo } from "../../demo-song/synth.ts";
import { air } from "../air.ts";
import { hit, kick, rim, shaker } from "../drums.ts";
import { highPass } from "../filter.ts";
import { duckUnder, master, room } from "../mixing.ts";
import { Score } from "../score.ts";
import type { MadeSong } from "../song.ts";
import { speak } from "../speech.ts";
import { BASS_GUITAR, PAD } from "../timbres.ts";
import { type Overtone, play, strike } from "../voices.ts";

const BARS = 20;
const CHORDS = [
  { root: 34, notes: [58, 62, 65, 69] },
  { root: 39, notes: [58, 62, 67, 70] },
  { root: 36, notes: [58, 63, 67, 70] },
  { root: 41, notes: [57, 60, 63, 67] },
] as const;
/** An electric piano. */
const TINES: Overtone[] = [
  [1, 1, 1.3],
  [2, 0.25, 0.7],
  [3, 0.12, 0.5],
  [7.05, 0.2, 0.09],
  [14.2, 0.1, 0.04],
];

/** A speaker over soft music at 96 beats per minute, which gives way to the voice. */
export function speech(): MadeSong {
  const score = new Score(96, BARS * 4, 1, 15);
  const [music, voice] = [score.bus(), score.bus()];
  for (let bar = 0; bar < BARS; bar++) playBar(score, music, bar);
  for (let beat = 6, seed = 501; beat < BARS * 4 - 8; seed++) {
    const seconds = 1.6 + 2.6 * score.random();
    const pitchHz = 112 + 14 * score.random();
    const gain = 0.8 * score.touch(1.5);
    speak(voice, { at: score.at(beat), seconds, gain, pitchHz, syllablesPerS: 4.6, seed });
    beat += ((seconds + 0.35 + 0.8 * score.random()) * score.bpm) / 60;
  }
  highPass(voice, 85);
  room(voice, 0.25, 0.06);
  room(music, 1, 0.12);
  duckUnder(music, voice, 0.55);
  const mix = score.bus();
  add(mix, music, 0.5);
  add(mix, voice, 1.1);
  air(mix, -60);
  master(mix, -16);
  return { name: "speech", bpm: score.bpm, beats: score.beatTimes(), sound: [mix.left, mix.right] };
}

const KICK = kick(56, 0.1, 0.3);
const RIM = rim();
const SHAKER = shaker();

function playBar(score: Score, bus: Stereo, bar: number): void {
  const { root, notes } = CHORDS[bar % 4]!;
  for (const [beat, gain] of [
    [0, 0.16],
    [1.5, 0.1],
    [2.5, 0.12],
  ] as const) {
    for (const note of notes) {
      const place = { at: score.played(bar * 4 + beat), seconds: score.seconds(1.2), note, pan: 0.2 };
      strike(bus, { ...place, gain: gain * score.touch(2) }, TINES);
    }
  }
  for (const note of notes) {
    play(bus, { at: score.at(bar * 4), seconds: score.seconds(4), note, gain: 0.05, pan: -0.2 }, PAD);
  }
  for (const beat of [0, 2, 3.5]) {
    const at = score.played(bar * 4 + beat);
    play(bus, { at, seconds: score.seconds(0.7), note: root, gain: 0.3, pan: 0 }, BASS_GUITAR);
  }
  for (const beat of [0, 2.5]) hit(bus, KICK, score.played(bar * 4 + beat), 0.6 * score.touch());
  for (const beat of [1, 3]) hit(bus, RIM, score.played(bar * 4 + beat), 0.35 * score.touch(), 0.2);
  for (let step = 0; step < 16; step++) {
    const gain = (step % 4 === 2 ? 0.16 : 0.08) * score.touch(2);
    hit(bus, SHAKER, score.played(bar * 4 + step / 4), gain, -0.35);
  }
}
