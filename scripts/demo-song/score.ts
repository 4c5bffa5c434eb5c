import {
  add,
  amplify,
  cut,
  echo,
  hertz,
  noise,
  peak,
  play,
  room,
  SAMPLE_RATE,
  type Stereo,
  stereo,
} from "./synth.ts";

/** 112.5 beats a minute: a sixteenth note is then a whole number of samples. */
const STEP = 6_400;
const STEP_SECONDS = STEP / SAMPLE_RATE;
const BAR = 16;
const BARS = 24;

/** Loudest sample, 0..1: -2 dBFS, which leaves an mp3 encoder room to overshoot. */
const LOUDEST = 10 ** (-2 / 20);

export type Part = "bass" | "middle" | "treble";

/** What the song does from one bar to another (the end is exclusive), and who plays. */
export const SECTIONS = [
  { name: "bass", from: 0, to: 4, parts: ["bass"] },
  { name: "middle", from: 4, to: 8, parts: ["middle"] },
  { name: "treble", from: 8, to: 12, parts: ["treble"] },
  { name: "turns", from: 12, to: 16, parts: ["bass", "middle", "treble"] },
  { name: "together", from: 16, to: 23, parts: ["bass", "middle", "treble"] },
  { name: "end", from: 23, to: 24, parts: [] },
] as const satisfies readonly { name: string; from: number; to: number; parts: readonly Part[] }[];

/** Length of one bar in seconds. */
export const BAR_SECONDS = BAR * STEP_SECONDS;

/** One chord a bar, round and round: D minor 9, B flat major 9, F major 9, C 6/9. MIDI notes. */
const CHORDS = [
  { root: 38, notes: [62, 65, 69, 76] },
  { root: 34, notes: [62, 65, 69, 72] },
  { root: 41, notes: [64, 67, 69, 72] },
  { root: 36, notes: [62, 64, 67, 69] },
] as const;

/** Bass line: step in the bar, semitones above the root, length in steps. */
const BASS_LINE = [
  [0, 0, 3],
  [3, 0, 2],
  [6, 12, 2],
  [8, 0, 2],
  [11, 7, 2],
  [14, 12, 2],
] as const;

/** Which chord note each sixteenth of the arpeggio plays; 4 and up are an octave higher. */
const ARPEGGIO = [0, 2, 1, 3, 4, 2, 3, 1, 0, 2, 5, 3, 4, 2, 6, 3] as const;

/** Bell melody: for each of the four bars, the MIDI note that starts on a step. */
const BELLS: readonly Readonly<Record<number, number>>[] = [
  { 0: 105, 3: 108, 6: 105, 8: 101, 11: 103, 14: 98 },
  { 0: 101, 3: 105, 6: 103, 10: 98, 12: 101 },
  { 0: 103, 3: 105, 6: 108, 8: 105, 11: 103, 14: 101 },
  { 0: 103, 4: 100, 6: 98, 10: 103, 12: 105, 14: 108 },
];

/** The three parts, each on its own bus. */
type Buses = Record<Part, Stereo>;

/**
 * Renders the demo song: bass, middle and treble alone in turn, then bar by bar, then together. It is
 * the same in every run, peaks at -2 dBFS, and starts and ends in silence, so that it loops
 * without a click.
 */
export function renderDemoSong(): Stereo {
  const samples = BARS * BAR * STEP;
  const buses: Buses = { bass: stereo(samples), middle: stereo(samples), treble: stereo(samples) };
  for (const { from, to, name } of SECTIONS) {
    for (let bar = from; bar < to; bar++) {
      if (name === "end") playLastBar(buses, bar);
      else playBar(buses, bar, name);
    }
  }
  return mix(buses);
}

/** Who plays at a step of a bar: in "turns", two beats of bass, one of middle, one of treble. */
function plays(
  section: Exclude<(typeof SECTIONS)[number]["name"], "end">,
  part: Part,
  step: number,
): boolean {
  if (section === "together") return true;
  if (section === "turns") return part === (step < 8 ? "bass" : step < 12 ? "middle" : "treble");
  return section === part;
}

function playBar(
  buses: Buses,
  bar: number,
  section: Exclude<(typeof SECTIONS)[number]["name"], "end">,
): void {
  const { root, notes } = CHORDS[bar % CHORDS.length]!;
  const at = (step: number) => (bar * BAR + step) * STEP;
  for (let step = 0; step < BAR; step++) {
    if (plays(section, "bass", step)) {
      if (step % 4 === 0) kick(buses.bass, at(step));
      for (const [start, interval, steps] of BASS_LINE) {
        if (start === step) bass(buses.bass, at(step), root + interval, steps, step % 4 === 0);
      }
    }
    if (plays(section, "middle", step)) {
      if (step % 8 === 0)
        for (const note of notes) pad(buses.middle, at(step), note, section === "turns" ? 4 : 8);
      const pick = ARPEGGIO[step]!;
      const accent = step % 8 === 0 || step % 8 === 3 || step % 8 === 6 ? 1 : 0.6;
      pluck(
        buses.middle,
        at(step),
        notes[pick % 4]! + 12 * Math.floor(pick / 4),
        accent,
        step % 2 ? 0.5 : -0.5,
      );
    }
    if (plays(section, "treble", step)) {
      hat(buses.treble, at(step), step % 4 === 2);
      const note = BELLS[bar % BELLS.length]![step];
      if (note !== undefined) bell(buses.treble, at(step), note);
    }
    if (section === "together" && step % 8 === 4) clap(buses, at(step));
  }
}

/** One last chord, left to ring. */
function playLastBar(buses: Buses, bar: number): void {
  const at = bar * BAR * STEP;
  const { root, notes } = CHORDS[0];
  kick(buses.bass, at);
  bass(buses.bass, at, root, 8, true);
  for (const [n, note] of notes.entries()) pluck(buses.middle, at, note, 1, n / 2 - 0.75);
  bell(buses.treble, at, 98);
}

function mix({ bass, middle, treble }: Buses): Stereo {
  echo(middle, 3 * STEP_SECONDS, 0.3);
  room(middle, 1.1, 0.12);
  echo(treble, 3 * STEP_SECONDS, 0.28);
  room(treble, 1.4, 0.12);
  cut(bass, "above", 190);
  cut(middle, "below", 270);
  cut(middle, "above", 1_900);
  cut(treble, "below", 2_200);
  const song = stereo(bass.left.length);
  add(song, bass, 0.62);
  add(song, middle, 0.5);
  add(song, treble, 0.42);
  fadeOut(song, BAR_SECONDS / 2);
  amplify(song, LOUDEST / peak(song));
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

const TURN = 2 * Math.PI;

/** A sine that falls from 160 Hz to 47 Hz within a tenth of a second. */
function kick(bus: Stereo, at: number): void {
  const sound = (time: number) => {
    const phase = 47 * time + (113 / 28) * (1 - Math.exp(-28 * time));
    return Math.sin(TURN * phase) * Math.exp(-9 * time);
  };
  play(bus, { at, length: 0.45, gain: 1, pan: 0, sound });
}

/** A round bass; where a kick falls on the same step it swells in behind it. */
function bass(bus: Stereo, at: number, note: number, steps: number, behindKick: boolean): void {
  const frequency = hertz(note);
  const sound = (time: number) => {
    const phase = TURN * frequency * time;
    const swell = behindKick ? Math.min(1, time / 0.12) : 1;
    return swell * Math.exp(-1.5 * time) * Math.tanh(1.4 * Math.sin(phase) + 0.4 * Math.sin(2 * phase));
  };
  play(bus, { at, length: steps * STEP_SECONDS, gain: 0.62, pan: 0, sound });
}

/** A soft chord tone: two slightly detuned voices, one on each side. */
function pad(bus: Stereo, at: number, note: number, steps: number): void {
  const length = steps * STEP_SECONDS;
  for (const [pan, detune] of [
    [-0.8, 0.997],
    [0.8, 1.003],
  ] as const) {
    const frequency = hertz(note) * detune;
    const sound = (time: number) => {
      const phase = TURN * frequency * time;
      const swell = Math.sin((Math.PI * time) / length) ** 0.5;
      return swell * (Math.sin(phase) + 0.35 * Math.sin(2 * phase) + 0.12 * Math.sin(3 * phase));
    };
    play(bus, { at, length, gain: 0.1, pan, sound });
  }
}

/** A plucked string: harmonics that die the sooner the higher they are. */
function pluck(bus: Stereo, at: number, note: number, accent: number, pan: number): void {
  const frequency = hertz(note);
  const sound = (time: number) => {
    let sum = 0;
    for (let n = 1; n <= 5; n++)
      sum += (Math.sin(TURN * n * frequency * time) * Math.exp(-(4 + 3 * n) * time)) / n;
    return sum;
  };
  play(bus, { at, length: 0.6, gain: 0.42 * accent, pan, sound });
}

/** Partials of a small bell bar: ratio to the fundamental, gain, decay a second. */
const BELL_PARTIALS = [
  [1, 1, 4],
  [2.01, 0.3, 7],
  [2.756, 0.35, 9],
  [5.404, 0.15, 16],
] as const;

function bell(bus: Stereo, at: number, note: number): void {
  const frequency = hertz(note);
  const sound = (time: number) => {
    let sum = 0;
    for (const [ratio, gain, decay] of BELL_PARTIALS) {
      sum += gain * Math.sin(TURN * ratio * frequency * time) * Math.exp(-decay * time);
    }
    return sum;
  };
  play(bus, { at, length: 1.2, gain: 0.42, pan: note % 2 ? -0.4 : 0.4, sound });
}

function hat(bus: Stereo, at: number, open: boolean): void {
  const hiss = noise(at);
  let last = 0;
  const decay = open ? 14 : 55;
  const sound = (time: number) => {
    const next = hiss();
    const bright = next - last;
    last = next;
    return bright * Math.exp(-decay * time);
  };
  play(bus, { at, length: open ? 0.3 : 0.12, gain: open ? 0.3 : 0.22, pan: open ? 0.2 : -0.2, sound });
}

/** Hands on two and four, in the middle and above it. */
function clap({ middle, treble }: Buses, at: number): void {
  for (const [bus, gain] of [
    [middle, 0.55],
    [treble, 0.2],
  ] as const) {
    const hiss = noise(at + 1);
    play(bus, { at, length: 0.25, gain, pan: 0, sound: (time) => hiss() * Math.exp(-22 * time) });
  }
}
