import { add, echo, type Stereo } from "../../demo-song/synth.ts";
import { air, sweep } from "../air.ts";
import { clap, cymbal, hit, kick } from "../drums.ts";
import { highPass } from "../filter.ts";
import { automate, duck, master, room } from "../mixing.ts";
import { Score } from "../score.ts";
import type { MadeSong } from "../song.ts";
import { PAD, PLUCK, SAW_BASS, SUPERSAW } from "../timbres.ts";
import { play } from "../voices.ts";

const BARS = 28;
/** A minor, F, C, G: the bass note, and the chord above it. */
const CHORDS = [
  { root: 33, notes: [57, 60, 64, 69] },
  { root: 29, notes: [57, 60, 65, 69] },
  { root: 36, notes: [55, 60, 64, 67] },
  { root: 31, notes: [55, 59, 62, 67] },
] as const;
/** Sixteenths of a bar on which the chord is struck. */
const STABS = [0, 3, 6, 10, 13];
const MELODY = [0, 2, 1, 3, 2, 1, 3, 0, 2, 3, 1, 2, 0, 3, 2, 1] as const;

/** House at 128 beats per minute: intro, groove, breakdown with a riser, drop. */
export function fourOnTheFloor(): MadeSong {
  const score = new Score(128, BARS * 4, 1, 11);
  const [drums, bass, chords, lead] = [score.bus(), score.bus(), score.bus(), score.bus()];
  const kicks: number[] = [];
  for (let bar = 0; bar < BARS; bar++) {
    const isBreak = bar >= 12 && bar < 16;
    playDrums(score, drums, bar, isBreak, kicks);
    const { root, notes } = CHORDS[bar % 4]!;
    if (bar >= 4 && !isBreak) {
      for (let eighth = 1; eighth < 8; eighth += 2) {
        const note = root + (eighth === 7 ? 12 : 0);
        const at = score.at(bar * 4 + eighth / 2);
        play(bass, { at, seconds: 0.2, note, gain: 0.55, pan: 0 }, SAW_BASS);
      }
    }
    if (isBreak || bar < 4) {
      for (const note of notes) {
        const at = score.at(bar * 4);
        play(chords, { at, seconds: score.seconds(4), note, gain: bar < 4 ? 0.07 : 0.12, pan: 0 }, PAD);
      }
    }
    if (bar >= 4) {
      const gain = isBreak ? 0.07 : bar < 16 ? 0.11 : 0.16;
      for (const step of STABS) {
        for (const note of notes) {
          const at = score.at(bar * 4 + step / 4);
          play(chords, { at, seconds: 0.22, note, gain, pan: 0 }, SUPERSAW);
        }
      }
    }
    if (bar >= 8) {
      for (const [step, pick] of MELODY.entries()) {
        const note = notes[pick]! + 12 + (step === 15 ? 12 : 0);
        const at = score.at(bar * 4 + step / 4);
        play(lead, { at, seconds: 0.15, note, gain: 0.17 * score.touch(2), pan: 0.4 - 0.05 * step }, PLUCK);
      }
    }
  }
  sweep(lead, { from: score.at(56), until: score.at(64) }, (share) => ({
    gain: 0.22 * share ** 2,
    hertz: 500 * 20 ** share,
  }));
  highPass(chords, 150);
  echo(lead, score.seconds(0.75), 0.35);
  room(lead, 1.4, 0.2);
  room(chords, 1.8, 0.14);
  for (const [bus, depth] of [
    [bass, 0.85],
    [chords, 0.7],
    [lead, 0.4],
  ] as const) {
    duck(bus, kicks, depth, 0.3);
  }
  automate(chords, [
    [score.at(12 * 4), 1],
    [score.at(15.5 * 4), 0.8],
    [score.at(16 * 4), 1.1],
  ]);
  const mix = score.bus();
  add(mix, drums, 0.9);
  add(mix, bass, 0.75);
  add(mix, chords, 1);
  add(mix, lead, 0.8);
  air(mix, -66);
  master(mix, -10);
  return {
    name: "four-on-the-floor",
    bpm: score.bpm,
    beats: score.beatTimes(),
    sound: [mix.left, mix.right],
  };
}

const KICK = kick(49, 0.13, 0.5);
const CLAP = clap(0.07);
const CLOSED = cymbal(0.028, 8_000, 21);
const OPEN = cymbal(0.11, 7_000, 22);
const CRASH = cymbal(0.8, 4_500, 23);

function playDrums(score: Score, bus: Stereo, bar: number, isBreak: boolean, kicks: number[]): void {
  for (let beat = bar * 4; beat < bar * 4 + 4; beat++) {
    if (!isBreak) {
      kicks.push(score.at(beat));
      hit(bus, KICK, score.at(beat), 0.95);
      hit(bus, OPEN, score.at(beat + 0.5), bar < 4 ? 0.12 : 0.2, 0.15);
    }
    if (bar >= 4 && beat % 2 === 1) hit(bus, CLAP, score.at(beat), isBreak ? 0.15 : 0.4);
    for (let step = 0; step < 4; step++) {
      const gain = (isBreak ? 0.04 : 0.1) * (step === 2 ? 0.5 : 1) * score.touch();
      if (bar >= 2) hit(bus, CLOSED, score.at(beat + step / 4), gain, -0.25);
    }
    // A roll that doubles leads out of the breakdown.
    const roll = bar === 15 ? 4 : bar === 14 ? 2 : 0;
    for (let n = 0; n < roll; n++) hit(bus, CLAP, score.at(beat + n / roll), 0.1 + 0.05 * (beat - 56));
  }
  if (bar === 4 || bar === 8 || bar === 16 || bar === 24) hit(bus, CRASH, score.at(bar * 4), 0.35);
}
