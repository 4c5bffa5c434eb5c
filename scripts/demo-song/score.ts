import { bass, bell, clap, hat, kick, pad, pluck } from "./instruments.ts";
import { add, amplify, cut, echo, peak, reverb, SAMPLE_RATE, type Stereo, stereo } from "./synth.ts";

/** Length of a sixteenth note: 112.5 beats per minute, so that it is a whole number of samples. */
const STEP_SAMPLES = 6_400;
const STEP_S = STEP_SAMPLES / SAMPLE_RATE;
/** Length of a bar. */
const BAR_STEPS = 16;
/** Length of the song. */
const BARS = 24;

/** The greatest sample, 0..1: -2 dBFS, because an MP3 encoder may overshoot. */
const PEAK = 10 ** (-2 / 20);

export type Part = "bass" | "middle" | "treble";

/** The sections of the song: first bar, end (exclusive) and the parts that play. */
export const SECTIONS = [
  { name: "bass", from: 0, to: 4, parts: ["bass"] },
  { name: "middle", from: 4, to: 8, parts: ["middle"] },
  { name: "treble", from: 8, to: 12, parts: ["treble"] },
  { name: "turns", from: 12, to: 16, parts: ["bass", "middle", "treble"] },
  { name: "together", from: 16, to: 23, parts: ["bass", "middle", "treble"] },
  { name: "end", from: 23, to: 24, parts: [] },
] as const satisfies readonly { name: string; from: number; to: number; parts: readonly Part[] }[];

type Section = Exclude<(typeof SECTIONS)[number]["name"], "end">;

/** Length of a bar. */
export const BAR_S = BAR_STEPS * STEP_S;

/** One chord per bar, repeated: D minor 9, B flat major 9, F major 9, C 6/9. MIDI notes. */
const CHORDS = [
  { root: 38, notes: [62, 65, 69, 76] },
  { root: 34, notes: [62, 65, 69, 72] },
  { root: 41, notes: [64, 67, 69, 72] },
  { root: 36, notes: [62, 64, 67, 69] },
] as const;

/** Bass line, by step of the bar: semitones above the root, and the length in steps. */
const BASS_LINE: Readonly<Record<number, { interval: number; steps: number }>> = {
  0: { interval: 0, steps: 3 },
  3: { interval: 0, steps: 2 },
  6: { interval: 12, steps: 2 },
  8: { interval: 0, steps: 2 },
  11: { interval: 7, steps: 2 },
  14: { interval: 12, steps: 2 },
};

/** The chord note of each sixteenth of the arpeggio. Numbers from 4 are an octave higher. */
const ARPEGGIO = [0, 2, 1, 3, 4, 2, 3, 1, 0, 2, 5, 3, 4, 2, 6, 3] as const;

/** Bell melody, by bar and step: the MIDI note that starts there. */
const BELLS: readonly Readonly<Record<number, number>>[] = [
  { 0: 105, 3: 108, 6: 105, 8: 101, 11: 103, 14: 98 },
  { 0: 101, 3: 105, 6: 103, 10: 98, 12: 101 },
  { 0: 103, 3: 105, 6: 108, 8: 105, 11: 103, 14: 101 },
  { 0: 103, 4: 100, 6: 98, 10: 103, 12: 105, 14: 108 },
];

/** The bus of each part. */
type Buses = Record<Part, Stereo>;

/**
 * Renders the demo song: bass, middle and treble alone, then in turns within each bar, then together. The
 * result is the same in every run, peaks at -2 dBFS, and starts and ends in silence, so that it loops without
 * a click.
 */
export function renderDemoSong(): Stereo {
  const samples = BARS * BAR_STEPS * STEP_SAMPLES;
  const buses: Buses = { bass: stereo(samples), middle: stereo(samples), treble: stereo(samples) };
  for (const { from, to, name } of SECTIONS) {
    for (let bar = from; bar < to; bar++) {
      if (name === "end") playLastBar(buses, bar);
      else playBar(buses, bar, name);
    }
  }
  return mix(buses);
}

/** Whether a part plays at a step of a bar. "turns" has two beats of bass, one of middle, one of treble. */
function plays(section: Section, part: Part, step: number): boolean {
  if (section === "together") return true;
  if (section === "turns") return part === (step < 8 ? "bass" : step < 12 ? "middle" : "treble");
  return section === part;
}

function playBar(buses: Buses, bar: number, section: Section): void {
  const chord = CHORDS[bar % CHORDS.length]!;
  const melody = BELLS[bar % BELLS.length]!;
  for (let step = 0; step < BAR_STEPS; step++) {
    const at = (bar * BAR_STEPS + step) * STEP_SAMPLES;
    if (plays(section, "bass", step)) playBass(buses.bass, at, step, chord.root);
    if (plays(section, "middle", step)) {
      playMiddle(buses.middle, at, step, chord.notes, section === "turns" ? 4 : 8);
    }
    if (plays(section, "treble", step)) playTreble(buses.treble, at, step, melody[step]);
    if (section === "together" && step % 8 === 4) clap(buses.middle, buses.treble, at);
  }
}

/** Four kicks a bar, and the bass line between them. */
function playBass(bus: Stereo, at: number, step: number, root: number): void {
  const onBeat = step % 4 === 0;
  if (onBeat) kick(bus, at);
  const note = BASS_LINE[step];
  if (note) bass(bus, at, root + note.interval, note.steps * STEP_S, onBeat);
}

/** The chord, `padSteps` long, and the arpeggio over it, accented three-three-two. */
function playMiddle(bus: Stereo, at: number, step: number, chord: readonly number[], padSteps: number): void {
  const inHalf = step % 8;
  if (inHalf === 0) for (const note of chord) pad(bus, at, note, padSteps * STEP_S);
  const pick = ARPEGGIO[step]!;
  const note = chord[pick % 4]! + 12 * Math.floor(pick / 4);
  const accent = inHalf % 3 === 0 ? 1 : 0.6;
  pluck(bus, at, note, accent, step % 2 ? 0.5 : -0.5);
}

/** Hats all through, open on the off-beat, and a bell where the melody has a note. */
function playTreble(bus: Stereo, at: number, step: number, note: number | undefined): void {
  hat(bus, at, step % 4 === 2);
  if (note !== undefined) bell(bus, at, note);
}

/** The last chord, which decays. */
function playLastBar(buses: Buses, bar: number): void {
  const at = bar * BAR_STEPS * STEP_SAMPLES;
  const { root, notes } = CHORDS[0];
  kick(buses.bass, at);
  bass(buses.bass, at, root, 8 * STEP_S, true);
  for (const [n, note] of notes.entries()) pluck(buses.middle, at, note, 1, n / 2 - 0.75);
  bell(buses.treble, at, 98);
}

function mix({ bass, middle, treble }: Buses): Stereo {
  echo(middle, 3 * STEP_S, 0.3);
  reverb(middle, 1.1, 0.12);
  echo(treble, 3 * STEP_S, 0.28);
  reverb(treble, 1.4, 0.12);
  cut(bass, "above", 190);
  cut(middle, "below", 270);
  cut(middle, "above", 1_900);
  cut(treble, "below", 2_200);
  const song = stereo(bass.left.length);
  add(song, bass, 0.62);
  add(song, middle, 0.5);
  add(song, treble, 0.42);
  fadeOut(song, BAR_S / 2);
  amplify(song, PEAK / peak(song));
  return song;
}

function fadeOut({ left, right }: Stereo, seconds: number): void {
  const samples = Math.round(seconds * SAMPLE_RATE);
  for (let i = 0; i < samples; i++) {
    const gain = (i / samples) ** 2;
    left[left.length - 1 - i]! *= gain;
    right[right.length - 1 - i]! *= gain;
  }
}
