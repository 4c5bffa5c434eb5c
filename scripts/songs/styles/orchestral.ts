import { add, SAMPLE_RATE, type Stereo } from "../../demo-song/synth.ts";
import { air, sweep } from "../air.ts";
import { cymbal, hit, tom } from "../drums.ts";
import { automate, master, room } from "../mixing.ts";
import { Score } from "../score.ts";
import type { MadeSong } from "../song.ts";
import { BRASS, SPICCATO, STRINGS } from "../timbres.ts";
import { play } from "../voices.ts";

const BARS = 16;
/** The bar in which all play as loudly as they can. */
const CLIMAX = 13;
/** D minor, B flat, G minor, A: basses, and the chord above. */
const CHORDS = [
  { root: 38, notes: [57, 62, 65, 69] },
  { root: 34, notes: [58, 62, 65, 70] },
  { root: 31, notes: [58, 62, 67, 70] },
  { root: 33, notes: [57, 61, 64, 69] },
] as const;
const THEME = [74, 77, 76, 74, 69, 70, 72, 74, 76, 73, 77, 81] as const;

/** An orchestra that swells at 72 beats per minute: almost nothing at first, then everything. */
export function orchestral(): MadeSong {
  const score = new Score(72, BARS * 4, 2.5, 17);
  const [strings, pulse, brass, drums] = [score.bus(), score.bus(), score.bus(), score.bus()];
  for (let bar = 0; bar < BARS; bar++) {
    const { root, notes } = CHORDS[bar % 4]!;
    const at = score.at(bar * 4);
    const seconds = score.seconds(4);
    for (const [n, note] of [root, root + 12, ...notes].entries()) {
      play(strings, { at, seconds, note, gain: 0.16, pan: 0.6 - 0.25 * n }, STRINGS);
      if (bar >= 6 && n > 1) {
        play(strings, { at, seconds, note: note + 12, gain: 0.12, pan: -0.5 }, STRINGS);
      }
    }
    for (let eighth = 0; bar >= 4 && eighth < 8; eighth++) {
      const note = notes[[0, 1, 2, 1, 3, 1, 2, 1][eighth]!]! + 12;
      const gain = (eighth % 2 === 0 ? 0.2 : 0.13) * score.touch();
      play(pulse, { at: score.played(bar * 4 + eighth / 2), seconds: 0.16, note, gain, pan: 0.4 }, SPICCATO);
    }
    if (bar >= 8) playBrass(score, brass, bar, root, notes);
    if (bar >= 10) playDrums(score, drums, bar);
  }
  roll(score, drums);
  for (const bus of [strings, pulse, brass]) {
    // A crescendo of 34 dB, as even in decibels as a conductor makes it.
    automate(
      bus,
      Array.from({ length: CLIMAX + 1 }, (_, bar) => [
        score.at(bar * 4),
        10 ** ((-34 / 20) * (1 - bar / CLIMAX)),
      ]),
    );
    room(bus, 2.6, 0.2);
  }
  room(drums, 2.4, 0.22);
  const mix = score.bus();
  add(mix, strings, 0.8);
  add(mix, pulse, 0.7);
  add(mix, brass, 0.8);
  add(mix, drums, 0.8);
  air(mix, -68);
  master(mix, -17);
  return { name: "orchestral", bpm: score.bpm, beats: score.beatTimes(), sound: [mix.left, mix.right] };
}

function playBrass(score: Score, bus: Stereo, bar: number, root: number, notes: readonly number[]): void {
  for (const note of [root, root + 12, notes[1]!, notes[2]!]) {
    const at = score.at(bar * 4);
    play(bus, { at, seconds: score.seconds(3.8), note, gain: 0.17, pan: -0.3 }, BRASS);
  }
  if (bar < 10) return;
  for (const [n, beat] of [0, 1.5, 2].entries()) {
    const seconds = score.seconds([1.4, 0.45, 1.9][n]!);
    const note = THEME[((bar - 10) * 3 + n) % 12]! + (bar >= CLIMAX ? 0 : -12);
    play(bus, { at: score.played(bar * 4 + beat), seconds, note, gain: 0.22, pan: 0.1 }, BRASS);
  }
}

const TIMPANI = [tom(73.4, 0.55), tom(55, 0.65)];
const GRAN_CASSA = tom(42, 0.5);
const CRASH = cymbal(1.5, 3_200, 71);

function playDrums(score: Score, bus: Stereo, bar: number): void {
  const loud = Math.min(1, 0.35 + 0.2 * (bar - 10));
  hit(bus, TIMPANI[bar % 2]!, score.played(bar * 4), 0.6 * loud, 0.3);
  if (bar >= 12) hit(bus, TIMPANI[(bar + 1) % 2]!, score.played(bar * 4 + 2), 0.5 * loud, 0.3);
  if (bar < CLIMAX) return;
  hit(bus, GRAN_CASSA, score.played(bar * 4), 0.7);
  hit(bus, CRASH, score.played(bar * 4), 0.4, -0.2);
}

/** Kettledrums and a cymbal that swell into the climax. */
function roll(score: Score, bus: Stereo): void {
  const [from, until] = [score.at((CLIMAX - 1) * 4), score.at(CLIMAX * 4)];
  for (let at = from; at < until; at += Math.round((0.055 + 0.01 * score.random()) * SAMPLE_RATE)) {
    const share = (at - from) / (until - from);
    hit(bus, TIMPANI[1]!, at, 0.03 + 0.2 * share ** 2, 0.3);
  }
  sweep(bus, { from, until }, (share) => ({ gain: 0.25 * share ** 3, hertz: 4_500 + 3_000 * share }));
}
