import { add, type Stereo } from "../../demo-song/synth.ts";
import { air, sweep } from "../air.ts";
import { cymbal, hit, kick, snare, tom } from "../drums.ts";
import { highPass } from "../filter.ts";
import { automate, master, overdrive, room } from "../mixing.ts";
import { Score } from "../score.ts";
import type { MadeSong } from "../song.ts";
import { BASS_GUITAR, GUITAR, LEAD, STRINGS } from "../timbres.ts";
import { pianoTones, play, strike } from "../voices.ts";

const BARS = 18;
/** The bar with the drop. */
const DROP = 9;
/** How much quieter the verse is, as a factor: 20 dB. */
const QUIET = 0.1;
/** C, G, A minor, F: root and chord. */
const CHORDS = [
  { root: 36, notes: [60, 64, 67, 72] },
  { root: 31, notes: [59, 62, 67, 71] },
  { root: 33, notes: [57, 60, 64, 69] },
  { root: 29, notes: [57, 60, 65, 69] },
] as const;
const MELODY = [76, 74, 72, 79, 76, 74, 71, 72] as const;

/** A ballad at 84 beats per minute: piano and a voice, quietly; then the whole band at once. */
export function ballad(): MadeSong {
  const score = new Score(84, BARS * 4, 2, 13);
  const [piano, band, voice, strings] = [score.bus(), score.bus(), score.bus(), score.bus()];
  const guitars = score.bus();
  for (let bar = 0; bar < BARS; bar++) {
    const { root, notes } = CHORDS[bar % 4]!;
    playPiano(score, piano, bar, root, notes);
    if (bar >= 2) sing(score, voice, bar);
    for (const note of notes) {
      const gain = bar >= DROP ? 0.14 : 0.05;
      const at = score.at(bar * 4);
      play(strings, { at, seconds: score.seconds(4), note: note + 12, gain, pan: 0 }, STRINGS);
    }
    if (bar < DROP) continue;
    playDrums(score, band, bar);
    for (const beat of [0, 1.5, 2, 3, 3.5]) {
      const at = score.played(bar * 4 + beat);
      play(band, { at, seconds: score.seconds(0.5), note: root, gain: 0.42, pan: 0 }, BASS_GUITAR);
    }
    for (const note of [root + 12, root + 19, root + 24]) {
      for (let beat = 0; beat < 4; beat += 2) {
        const at = score.played(bar * 4 + beat);
        play(guitars, { at, seconds: score.seconds(1.9), note, gain: 0.3, pan: beat - 1 }, GUITAR);
      }
    }
  }
  for (let n = 0; n < 8; n++) {
    // The only drums before the drop: a fill out of nothing.
    hit(band, TOM, score.played(DROP * 4 - 2 + n / 4), 0.25 + 0.07 * n, 0.4 - 0.1 * n);
  }
  sweep(band, { from: score.at(DROP * 4 - 4), until: score.at(DROP * 4) }, (share) => ({
    gain: 0.12 * share ** 2,
    hertz: 1_000 * 9 ** share,
  }));
  overdrive(guitars, 6);
  highPass(guitars, 120);
  const drop = score.at(DROP * 4);
  for (const bus of [piano, voice, strings]) {
    automate(bus, [
      [score.at(DROP * 4 - 4), bus === voice ? 2 * QUIET : 2.2 * QUIET],
      [drop - 500, 4 * QUIET],
      [drop, 1],
    ]);
  }
  room(piano, 1.6, 0.18);
  room(voice, 2, 0.22);
  room(band, 0.9, 0.1);
  const mix = score.bus();
  add(mix, piano, 0.55);
  add(mix, band, 0.95);
  add(mix, voice, 0.85);
  add(mix, strings, 0.7);
  add(mix, guitars, 0.2);
  air(mix, -68);
  master(mix, -14);
  return { name: "ballad", bpm: score.bpm, beats: score.beatTimes(), sound: [mix.left, mix.right] };
}

function playPiano(score: Score, bus: Stereo, bar: number, root: number, notes: readonly number[]): void {
  const brightness = bar >= DROP ? 0.72 : 0.55;
  const add = (beat: number, note: number, seconds: number, gain: number) => {
    const loud = gain * score.touch(2);
    const place = { at: score.played(bar * 4 + beat), seconds, note, gain: loud, pan: (note - 62) / 40 };
    strike(bus, place, pianoTones(note, brightness));
  };
  add(0, root + 12, score.seconds(3.8), 0.4);
  add(2, root + 19, score.seconds(1.8), 0.3);
  for (let eighth = 0; eighth < 8; eighth++) {
    add(eighth / 2, notes[[0, 2, 1, 3, 2, 1, 3, 2][eighth]!]!, score.seconds(0.9), eighth % 2 ? 0.2 : 0.28);
  }
}

function sing(score: Score, bus: Stereo, bar: number): void {
  const rhythm = bar % 2 === 0 ? [0.5, 1.5, 2, 3] : [0, 1, 2.5];
  for (const [n, beat] of rhythm.entries()) {
    const seconds = score.seconds((rhythm[n + 1] ?? 3.8) - beat) * 0.92;
    const note = MELODY[(bar * 2 + n) % 8]! - (bar >= DROP ? 0 : 5);
    play(bus, { at: score.played(bar * 4 + beat), seconds, note, gain: 0.22, pan: 0 }, LEAD);
  }
}

const KICK = kick(54, 0.11, 0.6);
const SNARE = snare(175, 0.16, 0.9);
const HAT = cymbal(0.04, 6_800, 41);
const CRASH = cymbal(1.3, 3_900, 42);
const TOM = tom(95, 0.25);

function playDrums(score: Score, bus: Stereo, bar: number): void {
  const first = bar * 4;
  for (const beat of [0, 1.5, 2]) hit(bus, KICK, score.played(first + beat), 0.9 * score.touch(1));
  for (const beat of [1, 3]) hit(bus, SNARE, score.played(first + beat), 0.85 * score.touch(1));
  for (let eighth = 0; eighth < 8; eighth++) {
    hit(bus, HAT, score.played(first + eighth / 2), 0.25 * (eighth % 2 ? 0.6 : 1) * score.touch(), 0.3);
  }
  if (bar === DROP || bar % 4 === 1) hit(bus, CRASH, score.played(first), 0.55, -0.3);
}
