import { add, SAMPLE_RATE, type Stereo } from "../../demo-song/synth.ts";
import { type Hit, hit } from "../drums.ts";
import { highPass, lowPass } from "../filter.ts";
import { master } from "../mixing.ts";
import { Score } from "../score.ts";
import type { MadeSong } from "../song.ts";
import { chip } from "../timbres.ts";
import { play } from "../voices.ts";

const BARS = 30;
const CHORDS = [
  { root: 45, notes: [69, 72, 76] },
  { root: 41, notes: [69, 72, 77] },
  { root: 43, notes: [67, 71, 74] },
  { root: 40, notes: [68, 71, 76] },
] as const;
/** The tune, in eighths of two bars; 0 is a rest. */
const TUNE = [81, 0, 76, 77, 79, 77, 76, 72, 74, 74, 0, 76, 79, 81, 83, 84] as const;
const [WIDE, NARROW] = [chip(0.5, 0.25, 0.45), chip(0.125, 0.18, 0.3)];

/** A game's music at 150 beats per minute: two pulses, a triangle and noise, as a sound chip of 1983 has. */
export function chiptune(): MadeSong {
  const score = new Score(150, BARS * 4, 0.3, 16);
  const [tune, chords, bass, drums] = [score.bus(), score.bus(), score.bus(), score.bus()];
  for (let bar = 0; bar < BARS; bar++) {
    const { root, notes } = CHORDS[bar % 4]!;
    // Two bars of the tune alone, and a rest in the middle with bass and drums only.
    const hasTune = bar < 14 || bar >= 17;
    for (let eighth = 0; eighth < 8; eighth++) {
      const beat = bar * 4 + eighth / 2;
      const note = TUNE[(bar % 2) * 8 + eighth]!;
      if (hasTune && note > 0) {
        const seconds = score.seconds(0.45);
        play(
          tune,
          { at: score.at(beat), seconds, note: note + (bar >= 17 ? 5 : 0), gain: 0.3, pan: 0 },
          WIDE,
        );
      }
      if (bar >= 2) triangle(score, bass, beat, root + (eighth % 2 === 1 ? 12 : 0) - 12);
    }
    // Chips play chords as fast arpeggios: one note a frame of the screen, nearly.
    for (let step = 0; bar >= 4 && step < 32; step++) {
      const at = score.at(bar * 4 + step / 8);
      play(chords, { at, seconds: 0.045, note: notes[step % 3]!, gain: 0.16, pan: 0 }, NARROW);
    }
    if (bar >= 2) playDrums(score, drums, bar);
  }
  const mix = score.bus();
  add(mix, tune, 0.8);
  add(mix, chords, 0.8);
  add(mix, bass, 0.9);
  add(mix, drums, 0.8);
  // The analogue part of such a machine: no direct current, and little above 14 kHz.
  highPass(mix, 40);
  lowPass(mix, 14_000);
  master(mix, -12);
  return { name: "chiptune", bpm: score.bpm, beats: score.beatTimes(), sound: [mix.left, mix.right] };
}

/** The triangle of the chip has sixteen steps, which sound like a buzz above it. */
function triangle(score: Score, bus: Stereo, beat: number, note: number): void {
  const hertz = 440 * 2 ** ((note - 69) / 12);
  const at = score.at(beat);
  const samples = Math.round(score.seconds(0.44) * SAMPLE_RATE);
  for (let n = 0; n < samples && at + n < bus.left.length; n++) {
    const phase = ((n * hertz) / SAMPLE_RATE) % 1;
    const stepped = Math.floor(Math.abs(2 * phase - 1) * 16) / 15;
    const sample = 0.5 * (2 * Math.min(stepped, 1) - 1) * Math.min(1, (samples - n) / 96);
    bus.left[at + n]! += sample;
    bus.right[at + n]! += sample;
  }
}

/** Noise of the chip's shift register, which is held for `period` samples and fades in steps. */
function chipNoise(period: number, decayS: number): Hit {
  let register = 1;
  let bit = 0;
  return Float32Array.from({ length: Math.round(4 * decayS * SAMPLE_RATE) }, (_, n) => {
    if (n % period === 0) {
      const next = (register ^ (register >> 1)) & 1;
      register = (register >> 1) | (next << 14);
      bit = register & 1;
    }
    const volume = Math.floor(15 * Math.exp(-n / (decayS * SAMPLE_RATE)) + 0.5) / 15;
    return (bit === 1 ? 1 : -1) * volume;
  });
}

/** The kick of such music: the triangle's pitch falls to nothing. */
function chipKick(): Hit {
  let phase = 0;
  return Float32Array.from({ length: 5_800 }, (_, n) => {
    phase += (260 * Math.exp(-n / 1_300) + 45) / SAMPLE_RATE;
    return (4 * Math.abs((phase % 1) - 0.5) - 1) * Math.min(1, (5_800 - n) / 600);
  });
}

const KICK = chipKick();
const SNARE = chipNoise(5, 0.06);
const HAT = chipNoise(2, 0.015);

function playDrums(score: Score, bus: Stereo, bar: number): void {
  for (let beat = bar * 4; beat < bar * 4 + 4; beat++) {
    if (beat % 2 === 0) hit(bus, KICK, score.at(beat), 0.8);
    else hit(bus, SNARE, score.at(beat), 0.35);
    hit(bus, HAT, score.at(beat), 0.12);
    hit(bus, HAT, score.at(beat + 0.5), 0.2);
    if (bar % 4 === 3) hit(bus, SNARE, score.at(beat + 0.75), 0.2);
  }
}
