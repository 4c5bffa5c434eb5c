import { PALETTES } from "../../client/light/colour.ts";

/**
 * A song that tells its own time. Its loudness climbs again and again, always at the same pace but for
 * different lengths, so that one painted colour says how long ago its climb began, and a few climbs say which
 * ones they were.
 */

const RATE = 48_000;
/** Lengths of the climbs, ms; no two neighbours come twice. */
const CLIMBS = [400, 550, 450, 600, 500];
const PERIOD = CLIMBS.reduce((sum, length) => sum + length, 0);
/** Loudness in dB below a full-scale sine: where climbs begin, and how fast they go. */
const BOTTOM_DB = -53;
const DB_PER_MS = 0.067;
/** What the screens' own scale is: level 0 and level 1 in dB. */
const DARK_DB = -55;
const BRIGHT_DB = -10;
/** After a fall the light needs a while to be on the climb again, ms. */
const SETTLED = 220;
/** Tones far enough apart for the analyser not to hear them beat, and in no simple ratio, Hz. */
const TONES = [613, 827, 1_091, 1_409, 1_741, 2_137, 2_593, 3_121];

/** When each climb begins, ms from the start of the period. */
const STARTS = CLIMBS.map((_, index) => CLIMBS.slice(0, index).reduce((sum, length) => sum + length, 0));

/** The song as a WAV file of about this many seconds. */
export function climbingSong(seconds: number): Buffer {
  return wav(seconds, (time) => {
    const inPeriod = (time * 1_000) % PERIOD;
    const climb = STARTS.findLastIndex((start) => start <= inPeriod);
    const db = BOTTOM_DB + DB_PER_MS * (inPeriod - STARTS[climb]!);
    const amplitude = 10 ** (db / 20) / Math.sqrt(TONES.length);
    return (
      amplitude * TONES.reduce((sum, hertz, tone) => sum + Math.sin(2 * Math.PI * hertz * time + tone), 0)
    );
  });
}

/** Clicks, each a short burst of all tones, `CLICK_INTERVAL` apart. */
export const CLICK_INTERVAL = 800;
export function clickingSong(seconds: number): Buffer {
  return wav(seconds, (time) => {
    const since = (time * 1_000) % CLICK_INTERVAL;
    if (since > 120) return 0;
    return 0.07 * TONES.reduce((sum, hertz, tone) => sum + Math.sin(2 * Math.PI * hertz * time + tone), 0);
  });
}

/** A level in dB, as heard, as the level 0..1 that a screen shows of it. */
export function levelOfDb(db: number): number {
  return (db - DARK_DB) / (BRIGHT_DB - DARK_DB);
}

/** The level 0..1 that a grey of the palette Mono shows: the middle of those that look the same. */
export function levelOfGrey(grey: number): number {
  return LEVELS[grey]!;
}

/** Whether a level read from a pixel is of light: black is what several of the lowest look like. */
export function isLit(level: number): boolean {
  return level > levelOfGrey(0);
}

const GREYS = PALETTES.mono.colours.map(([grey]) => grey);
const LEVELS = Array.from({ length: 256 }, (_, grey) => {
  const nearest = GREYS.reduce((best, other) =>
    Math.abs(other - grey) < Math.abs(best - grey) ? other : best,
  );
  return (GREYS.indexOf(nearest) + GREYS.lastIndexOf(nearest)) / 2 / (GREYS.length - 1);
});

/** A level at a time of the common clock, ms. */
export interface Reading {
  at: number;
  level: number;
}

/** How far behind the song something is: `lag` ms at a time of the common clock, ms, both modulo nothing. */
export interface Lag {
  at: number;
  lag: number;
}

/**
 * Reads lags from levels: each rising level says how long ago its climb began, the climbs' lengths say which
 * climb it was. A lag is the common clock minus media time, up to one constant for the whole run.
 */
export function lagsOf(readings: readonly Reading[]): Lag[] {
  const slope = DB_PER_MS / (BRIGHT_DB - DARK_DB);
  const bottom = levelOfDb(BOTTOM_DB);
  const rising: { at: number; since: number }[] = [];
  for (let index = 2; index < readings.length; index++) {
    const [before, last, now] = [readings[index - 2]!, readings[index - 1]!, readings[index]!];
    const since = (now.level - bottom) / slope;
    if (now.level > last.level && last.level > before.level && since > SETTLED)
      rising.push({ at: now.at, since });
  }
  const lags: Lag[] = [];
  let near = 0;
  for (const [index, { at, since }] of rising.entries()) {
    if (index % 20 === 0) near += apart(commonLag(around(rising, index)), near);
    const candidates = candidatesOf(at, since).map((lag) => apart(lag, near));
    const off = candidates.reduce((a, b) => (Math.abs(a) < Math.abs(b) ? a : b), PERIOD);
    // What fits no climb was read in the middle of a fall.
    if (Math.abs(off) < 190) lags.push({ at, lag: near + off });
  }
  return lags.map(({ at }, index) => ({ at, lag: medianLag(lags.slice(Math.max(index - 2, 0), index + 3)) }));
}

/** Of five frames: one step of colour is 2.6 ms, and a lost packet's makeshift is no time at all. */
function medianLag(lags: readonly Lag[]): number {
  return lags.map(({ lag }) => lag).sort((a, b) => a - b)[lags.length >> 1]!;
}

/** Readings of some ten seconds around one of them. */
function around<Entry>(all: readonly Entry[], index: number): readonly Entry[] {
  const from = Math.max(Math.min(index - 150, all.length - 300), 0);
  return all.slice(from, from + 300);
}

/** Lags that a level is consistent with: one for each climb that is long enough. */
function candidatesOf(at: number, since: number): number[] {
  return STARTS.filter((_, climb) => since <= CLIMBS[climb]! + 10).map((start) => at - start - since);
}

/** The lag that most readings agree on, to some 25 ms. */
function commonLag(readings: readonly { at: number; since: number }[]): number {
  const votes = new Map<number, number>();
  for (const { at, since } of readings) {
    for (const lag of candidatesOf(at, since)) {
      const bin = Math.round((((lag % PERIOD) + PERIOD) % PERIOD) / 25);
      for (const near of [bin - 1, bin, bin + 1])
        votes.set(near, (votes.get(near) ?? 0) + (near === bin ? 2 : 1));
    }
  }
  const [best] = [...votes].reduce((a, b) => (b[1] > a[1] ? b : a));
  return best * 25;
}

/** From b to a, the short way round the period. */
function apart(a: number, b: number): number {
  return ((((a - b + PERIOD / 2) % PERIOD) + PERIOD) % PERIOD) - PERIOD / 2;
}

/** Brings lags of different sources onto one scale: a screen is never half a period behind another. */
export function alignTo(reference: number, lag: number): number {
  return reference + apart(lag, reference);
}

function wav(seconds: number, sample: (time: number) => number): Buffer {
  const frames = Math.round((seconds * 1_000) / (5 * PERIOD)) * ((5 * PERIOD * RATE) / 1_000);
  const data = Buffer.alloc(44 + frames * 2);
  data.write("RIFF", 0);
  data.writeUInt32LE(36 + frames * 2, 4);
  data.write("WAVEfmt ", 8);
  for (const [offset, value] of [16, 0x0001_0001, RATE, RATE * 2, 0x0010_0002].entries()) {
    data.writeUInt32LE(value, 16 + offset * 4);
  }
  data.write("data", 36);
  data.writeUInt32LE(frames * 2, 40);
  for (let frame = 0; frame < frames; frame++) {
    data.writeInt16LE(Math.round(sample(frame / RATE) * 32_767), 44 + frame * 2);
  }
  return data;
}
