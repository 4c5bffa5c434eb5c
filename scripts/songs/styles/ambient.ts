import { add, echo, SAMPLE_RATE } from "../../demo-song/synth.ts";
import { air, sweep } from "../air.ts";
import { lowPass } from "../filter.ts";
import { master, room } from "../mixing.ts";
import { Score } from "../score.ts";
import type { MadeSong } from "../song.ts";
import { PAD } from "../timbres.ts";
import { type Overtone, play, strike } from "../voices.ts";

const SECONDS = 52;
/** Chords that flow into one another; each begins this long after the one before, s. */
const CHORD_S = 7.3;
const CHORDS = [
  [38, 50, 57, 62, 66],
  [35, 47, 54, 62, 69],
  [43, 50, 59, 62, 67],
  [40, 52, 59, 64, 67],
] as const;
const SLOW = { ...PAD, attackS: 3.4, releaseS: 4.5, closedHz: 3_200, sweepS: 4 };
const BOWL: Overtone[] = [
  [1, 1, 2.4],
  [2.71, 0.5, 1.5],
  [5.15, 0.3, 0.8],
  [8.43, 0.15, 0.4],
];

/** Music without beats: slow chords, a drone, waves of noise, a few bells. */
export function ambient(): MadeSong {
  // The time line is in seconds: 60 beats per minute that nobody plays.
  const score = new Score(60, SECONDS, 0, 14);
  const [pads, bells, waves] = [score.bus(), score.bus(), score.bus()];
  for (let n = 0; n * CHORD_S < SECONDS - 5; n++) {
    for (const [voice, note] of CHORDS[n % 4]!.entries()) {
      const at = score.at(n * CHORD_S + 0.6 * voice * score.random());
      const gain = (voice === 0 ? 0.2 : 0.13) * score.touch(3);
      play(pads, { at, seconds: CHORD_S, note, gain, pan: 0.4 * (voice - 2) }, SLOW);
    }
  }
  for (let time = 4; time < SECONDS - 6; time += 1.7 + 3.4 * score.random()) {
    const note = score.pick([74, 78, 81, 83, 86, 90]);
    const at = score.at(time);
    strike(bells, { at, seconds: 4, note, gain: 0.08 * score.touch(5), pan: score.random() - 0.5 }, BOWL);
  }
  for (let time = 0; time < SECONDS - 8; time += 6.1) {
    const high = 2_500 + 3_500 * score.random();
    const from = score.at(time);
    sweep(waves, { from, until: from + 9 * SAMPLE_RATE }, (share) => ({
      gain: 0.05 * Math.sin(Math.PI * share) ** 2,
      hertz: 400 + high * Math.sin(Math.PI * share) ** 2,
    }));
  }
  echo(bells, 0.61, 0.45);
  room(bells, 4.5, 0.4);
  room(pads, 4, 0.25);
  lowPass(pads, 9_000);
  const mix = score.bus();
  add(mix, pads, 0.8);
  add(mix, bells, 0.9);
  add(mix, waves, 1);
  air(mix, -62);
  master(mix, -19);
  return { name: "ambient", beats: [], sound: [mix.left, mix.right] };
}
