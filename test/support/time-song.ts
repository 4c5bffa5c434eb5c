import { PALETTES } from "../../client/light/colour.ts";

/**
 * A song whose media time can be read from painted colours. Its loudness climbs again and again, always at
 * the same rate but for different durations. One colour gives the time since its climb began; the durations
 * of some climbs identify them.
 */

const RATE = 48_000;
/** Durations of the climbs. No two neighbours occur twice. */
const CLIMBS_MS = [400, 550, 450, 600, 500];
const PERIOD_MS = CLIMBS_MS.reduce((sum, length) => sum + length, 0);
/** Loudness at the start of a climb, relative to a full-scale sine. */
const BOTTOM_DB = -53;
/** How fast climbs rise. */
const DB_PER_MS = 0.067;
/** Loudness of level 0 on the screens. */
const DARK_DB = -55;
/** Loudness of level 1 on the screens. */
const BRIGHT_DB = -10;
/** How long the light needs after a fall to follow the climb again. */
const SETTLE_MS = 220;
/** Tones so far apart that they do not beat within the analyser's window, and not in simple ratios. */
const TONES_HZ = [613, 827, 1_091, 1_409, 1_741, 2_137, 2_593, 3_121];

/** Start of each climb within the period. */
const STARTS_MS = CLIMBS_MS.map((_, index) =>
  CLIMBS_MS.slice(0, index).reduce((sum, length) => sum + length, 0),
);

/** The song as a WAV file of about this many seconds. */
export function climbingSong(seconds: number): Buffer {
  return wav(seconds, (time) => {
    const inPeriod = (time * 1_000) % PERIOD_MS;
    const climb = STARTS_MS.findLastIndex((start) => start <= inPeriod);
    const db = BOTTOM_DB + DB_PER_MS * (inPeriod - STARTS_MS[climb]!);
    const amplitude = 10 ** (db / 20) / Math.sqrt(TONES_HZ.length);
    return (
      amplitude * TONES_HZ.reduce((sum, hertz, tone) => sum + Math.sin(2 * Math.PI * hertz * time + tone), 0)
    );
  });
}

/** Interval of the clicks of {@link clickingSong}. */
export const CLICK_INTERVAL_MS = 800;
/** Clicks as a WAV file: short bursts of all tones. */
export function clickingSong(seconds: number): Buffer {
  return wav(seconds, (time) => {
    const since = (time * 1_000) % CLICK_INTERVAL_MS;
    if (since > 120) return 0;
    return 0.07 * TONES_HZ.reduce((sum, hertz, tone) => sum + Math.sin(2 * Math.PI * hertz * time + tone), 0);
  });
}

/** The level 0..1 that a screen shows at a loudness. */
export function levelOfDb(db: number): number {
  return (db - DARK_DB) / (BRIGHT_DB - DARK_DB);
}

/** The level 0..1 that a grey of the palette Mono shows: the middle of the levels with this grey. */
export function levelOfGrey(grey: number): number {
  return LEVELS[grey]!;
}

/** Whether a level that was read from a pixel is lit. Several of the lowest levels are black. */
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

/** How far the light or sound is behind the song, at a time of the common clock; both in ms. */
export interface Lag {
  at: number;
  lag: number;
}

/**
 * Reads lags from levels: a rising level gives the time since its climb began, the durations of the climbs
 * identify it. A lag is the common clock minus the media time, plus a constant for the whole run.
 */
export function lagsOf(readings: readonly Reading[]): Lag[] {
  const slope = DB_PER_MS / (BRIGHT_DB - DARK_DB);
  const bottom = levelOfDb(BOTTOM_DB);
  const rising: { at: number; since: number }[] = [];
  for (let index = 2; index < readings.length; index++) {
    const [before, last, now] = [readings[index - 2]!, readings[index - 1]!, readings[index]!];
    const since = (now.level - bottom) / slope;
    if (now.level > last.level && last.level > before.level && since > SETTLE_MS)
      rising.push({ at: now.at, since });
  }
  const lags: Lag[] = [];
  let near = 0;
  for (const [index, { at, since }] of rising.entries()) {
    if (index % 20 === 0) near += apart(commonLag(around(rising, index)), near);
    const candidates = candidatesOf(at, since).map((lag) => apart(lag, near));
    const off = candidates.reduce((a, b) => (Math.abs(a) < Math.abs(b) ? a : b), PERIOD_MS);
    // What fits no climb was read in the middle of a fall.
    if (Math.abs(off) < 190) lags.push({ at, lag: near + off });
  }
  return lags.map(({ at }, index) => ({ at, lag: middleLag(lags.slice(Math.max(index - 4, 0), index + 5)) }));
}

/**
 * Of nine frames, the mean of those in the middle: one step of colour lasts 2.6 ms, by which two screens that
 * agree would seem to differ, and a lost packet's makeshift is no time at all.
 */
function middleLag(lags: readonly Lag[]): number {
  const sorted = lags.map(({ lag }) => lag).sort((a, b) => a - b);
  const rest = Math.floor(sorted.length / 4);
  const middle = sorted.slice(rest, sorted.length - rest);
  return middle.reduce((sum, lag) => sum + lag, 0) / middle.length;
}

/** Readings of some ten seconds around one of them. */
function around<Entry>(all: readonly Entry[], index: number): readonly Entry[] {
  const from = Math.max(Math.min(index - 150, all.length - 300), 0);
  return all.slice(from, from + 300);
}

/** Lags that a level is consistent with: one for each climb that is long enough. */
function candidatesOf(at: number, since: number): number[] {
  return STARTS_MS.filter((_, climb) => since <= CLIMBS_MS[climb]! + 10).map((start) => at - start - since);
}

/** The lag that most readings agree on, to some 25 ms. */
function commonLag(readings: readonly { at: number; since: number }[]): number {
  const votes = new Map<number, number>();
  for (const { at, since } of readings) {
    for (const lag of candidatesOf(at, since)) {
      const bin = Math.round((((lag % PERIOD_MS) + PERIOD_MS) % PERIOD_MS) / 25);
      for (const near of [bin - 1, bin, bin + 1])
        votes.set(near, (votes.get(near) ?? 0) + (near === bin ? 2 : 1));
    }
  }
  const [best] = [...votes].reduce((a, b) => (b[1] > a[1] ? b : a));
  return best * 25;
}

/** From b to a, the short way round the period. */
function apart(a: number, b: number): number {
  return ((((a - b + PERIOD_MS / 2) % PERIOD_MS) + PERIOD_MS) % PERIOD_MS) - PERIOD_MS / 2;
}

/** Moves a lag by whole periods next to a reference: no screen is half a period behind another. */
export function alignTo(reference: number, lag: number): number {
  return reference + apart(lag, reference);
}

function wav(seconds: number, sample: (time: number) => number): Buffer {
  const frames = Math.round((seconds * 1_000) / (5 * PERIOD_MS)) * ((5 * PERIOD_MS * RATE) / 1_000);
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
