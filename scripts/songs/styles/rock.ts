import { add, amplify, type Stereo } from "../../demo-song/synth.ts";
import { air } from "../air.ts";
import { cymbal, hit, kick, snare, tom } from "../drums.ts";
import { highPass, lowPass, tilt } from "../filter.ts";
import { master, overdrive, room } from "../mixing.ts";
import { Score } from "../score.ts";
import type { MadeSong } from "../song.ts";
import { BASS_GUITAR, GUITAR, LEAD, MUTED_GUITAR } from "../timbres.ts";
import { play } from "../voices.ts";

const BARS = 24;
/** Roots of the power chords of verse and chorus, one a half bar. MIDI notes. */
const VERSE = [40, 40, 43, 45, 40, 40, 38, 43];
const CHORUS = [40, 43, 38, 45, 36, 43, 38, 38];
const MELODY = [64, 67, 69, 67, 71, 69, 67, 64] as const;

type Part = "riff" | "verse" | "chorus" | "bridge";

function partOf(bar: number): Part {
  if (bar < 2) return "riff";
  if (bar < 8) return "verse";
  if (bar < 14) return "chorus";
  return bar < 18 ? "bridge" : "chorus";
}

/** Rock at 112 beats per minute: riff, verse, chorus, a bridge of bass and drums, chorus. */
export function rock(): MadeSong {
  const score = new Score(112, BARS * 4, 1.5, 12);
  const [drums, bass, left, right, voice] = [score.bus(), score.bus(), score.bus(), score.bus(), score.bus()];
  for (let bar = 0; bar < BARS; bar++) {
    const part = partOf(bar);
    playDrums(score, drums, bar, part);
    const roots = part === "chorus" ? CHORUS : VERSE;
    for (let eighth = 0; eighth < 8; eighth++) {
      const beat = bar * 4 + eighth / 2;
      const root = roots[((bar % 4) * 2 + (eighth >> 2)) % 8]!;
      if (part !== "riff") {
        const gain = 0.5 * score.touch();
        const at = score.played(beat);
        play(bass, { at, seconds: 0.24, note: root - 12, gain, pan: 0 }, BASS_GUITAR);
      }
      if (part !== "bridge") guitars(score, [left, right], beat, root, part, eighth);
    }
    if (part === "chorus" || part === "verse") sing(score, voice, bar, part);
  }
  for (const [bus, side] of [
    [left, 0],
    [right, 1],
  ] as const) {
    overdrive(bus, 9 + side);
    highPass(bus, 95);
    lowPass(bus, 4_800 + 500 * side);
    tilt(bus, 2_600, 5);
    bus[side === 0 ? "right" : "left"].fill(0);
    amplify(bus, 0.3);
  }
  overdrive(bass, 1.5);
  room(drums, 0.6, 0.12);
  room(voice, 1.3, 0.15);
  const mix = score.bus();
  add(mix, drums, 0.9);
  add(mix, bass, 0.5);
  add(mix, left, 0.75);
  add(mix, right, 0.75);
  add(mix, voice, 0.75);
  air(mix, -62);
  master(mix, -11);
  return { name: "rock", bpm: score.bpm, beats: score.beatTimes(), sound: [mix.left, mix.right] };
}

/** Two players, one on each side: damped eighths in the verse, open chords in the chorus. */
function guitars(
  score: Score,
  buses: readonly Stereo[],
  beat: number,
  root: number,
  part: Part,
  eighth: number,
): void {
  const isOpen = part !== "verse" || eighth === 0 || eighth === 3;
  if (part === "chorus" && eighth % 2 === 1 && eighth !== 3) return;
  for (const bus of buses) {
    const at = score.played(beat);
    for (const [note, gain] of [
      [root, 0.4],
      [root + 7, 0.35],
      [root + 12, 0.3],
    ] as const) {
      const seconds = isOpen ? score.seconds(part === "chorus" ? 0.95 : 0.5) : 0.12;
      const loud = gain * score.touch() * (isOpen ? 1 : 0.8);
      play(bus, { at, seconds, note, gain: loud, pan: 0 }, isOpen ? GUITAR : MUTED_GUITAR);
    }
  }
}

function sing(score: Score, bus: Stereo, bar: number, part: Part): void {
  const up = part === "chorus" ? 5 : 0;
  const rhythm = bar % 2 === 0 ? [0, 0.5, 1.5, 2, 3] : [0, 1, 1.5, 2.5];
  for (const [n, beat] of rhythm.entries()) {
    const next = rhythm[n + 1] ?? 3.6;
    const note = MELODY[(bar * 3 + n) % 8]! + up;
    const seconds = score.seconds(next - beat) * 0.9;
    play(bus, { at: score.played(bar * 4 + beat), seconds, note, gain: 0.2 * score.touch(), pan: 0 }, LEAD);
  }
}

const KICK = kick(58, 0.09, 0.8);
const SNARE = snare(190, 0.11, 0.9);
const HAT = cymbal(0.035, 6_500, 31);
const OPEN = cymbal(0.25, 5_500, 32);
const CRASH = cymbal(1.1, 3_800, 33);
const TOMS = [tom(150, 0.2), tom(115, 0.25), tom(85, 0.3)];

function playDrums(score: Score, bus: Stereo, bar: number, part: Part): void {
  const first = bar * 4;
  if (part === "riff") {
    for (let beat = 0; beat < 4; beat++) hit(bus, HAT, score.played(first + beat), 0.3, 0.3);
    if (bar === 0) return;
  }
  const isFill = bar === 7 || bar === 13 || bar === 17;
  for (const beat of part === "chorus" ? [0, 1.5, 2, 3.5] : [0, 2, 2.5]) {
    hit(bus, KICK, score.played(first + beat), 0.9 * score.touch(1));
  }
  for (const beat of isFill ? [1] : [1, 3]) hit(bus, SNARE, score.played(first + beat), 0.8 * score.touch(1));
  for (let eighth = 0; eighth < (isFill ? 4 : 8); eighth++) {
    const gain = (eighth % 2 === 0 ? 1 : 0.6) * score.touch();
    const at = score.played(first + eighth / 2);
    if (part === "chorus") hit(bus, OPEN, at, 0.22 * gain, 0.35);
    else hit(bus, HAT, at, 0.28 * gain, 0.35);
  }
  for (let step = 0; isFill && step < 8; step++) {
    const drum = step < 2 ? SNARE : TOMS[Math.min(Math.floor((step - 2) / 2), 2)]!;
    hit(bus, drum, score.played(first + 2 + step / 4), 0.7 * score.touch(), 0.5 - step / 8);
  }
  if (part === "chorus" && bar % 4 === 0) hit(bus, CRASH, score.played(first), 0.5, -0.4);
  if (bar === 2 || bar === 8 || bar === 18) hit(bus, CRASH, score.played(first), 0.5, 0.4);
}
