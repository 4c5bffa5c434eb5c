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
const SETTLE_MS = 240;
/** How long before its end the light stops following a climb: the analyser's window reaches beyond it. */
const TOP_MS = 20;
/** Readings further apart are not averaged: the wall delay may move meanwhile. */
const NEAR_MS = 500;
/** Tones so far apart that they do not beat within the analyser's window, and not in simple ratios. */
const TONES_HZ = [613, 827, 1_091, 1_409, 1_741, 2_137, 2_593, 3_121];

/** Level at the start of a climb, and how fast it rises, per ms. */
const BOTTOM = levelOfDb(BOTTOM_DB);
const SLOPE = DB_PER_MS / (BRIGHT_DB - DARK_DB);

/** The lags within this reach tell roughly what a lag is, ms. */
const ROUGH_REACH_MS = 1_000;

/** Start of each climb within the period. */
const STARTS_MS = CLIMBS_MS.map((_, index) =>
  CLIMBS_MS.slice(0, index).reduce((sum, length) => sum + length, 0),
);

const NO_FIT = { off: PERIOD_MS, climb: 0 };

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
  const timed = readings.map(({ at, level }, index) => {
    const since = (level - BOTTOM) / SLOPE;
    const isRising = index > 1 && level > readings[index - 1]!.level && level > readings[index - 2]!.level;
    return { at, since, isRising: isRising && since > SETTLE_MS };
  });
  const rising = timed.filter(({ isRising }) => isRising);
  let [near, risen] = [0, 0];
  const roughly = timed.flatMap(({ at, since, isRising }) => {
    if (isRising && risen++ % 20 === 0) near += apart(commonLag(around(rising, risen)), near);
    const lag = risen > 0 ? climbingLag(at, since, near) : undefined;
    return lag === undefined ? [] : [{ at, lag }];
  });
  const rough = new Surroundings(roughly, ROUGH_REACH_MS);
  const lags = timed.flatMap(({ at, since }) => {
    const middle = middleLag(rough.of(at));
    const lag = Number.isNaN(middle) ? undefined : climbingLag(at, since, middle);
    return lag === undefined ? [] : [{ at, lag }];
  });
  return lags.map(({ at }, index) => {
    const near = lags.slice(Math.max(index - 4, 0), index + 5);
    return { at, lag: middleLag(near.filter((lag) => Math.abs(lag.at - at) < NEAR_MS)) };
  });
}

/**
 * The lag by a level, ms; undefined if the light does not follow the climb at this time. The levels alone do
 * not tell: with a few frames a second a fall is not seen.
 * @param since time since a climb began by the level, ms
 * @param near the lag as far as it is known, ms
 */
function climbingLag(at: number, since: number, near: number): number | undefined {
  const fits = candidatesOf(at, since).map(({ lag, climb }) => ({ off: apart(lag, near), climb }));
  const { off, climb } = fits.reduce((a, b) => (Math.abs(a.off) < Math.abs(b.off) ? a : b), NO_FIT);
  // What fits no climb was read in the middle of a fall.
  if (Math.abs(off) >= 190) return;
  const expected = since + off;
  return expected > SETTLE_MS && expected < climb - TOP_MS ? near + off : undefined;
}

/** The lags around each time, asked for in the order of times. */
class Surroundings {
  readonly #lags: readonly Lag[];
  readonly #reachMs: number;
  #from = 0;
  #until = 0;

  constructor(lags: readonly Lag[], reachMs: number) {
    this.#lags = lags;
    this.#reachMs = reachMs;
  }

  of(at: number): Lag[] {
    const lags = this.#lags;
    while (this.#until < lags.length && lags[this.#until]!.at < at + this.#reachMs) this.#until++;
    while (this.#from < this.#until && lags[this.#from]!.at < at - this.#reachMs) this.#from++;
    return lags.slice(this.#from, this.#until);
  }
}

/**
 * Of nine frames, the mean of those in the middle: one step of colour lasts 2.6 ms, by which two screens that
 * agree would seem to differ, and a lost packet's makeshift is no time at all.
 */
function middleLag(lags: readonly Lag[]): number {
  const sorted = lags.map(({ lag }) => lag).sort((a, b) => a - b);
  const rest = Math.floor(sorted.length / 3);
  const middle = sorted.slice(rest, sorted.length - rest);
  return middle.reduce((sum, lag) => sum + lag, 0) / middle.length;
}

/** Readings of some three seconds around one of them: within more the wall delay may have moved. */
function around<Entry>(all: readonly Entry[], index: number): readonly Entry[] {
  const from = Math.max(Math.min(index - 50, all.length - 100), 0);
  return all.slice(from, from + 100);
}

/** A lag that a level is consistent with, and the duration of the climb that it would be of; ms. */
interface Candidate {
  lag: number;
  climb: number;
}

/** Lags that a level is consistent with: one for each climb that is long enough. */
function candidatesOf(at: number, since: number): Candidate[] {
  return STARTS_MS.flatMap((start, index) => {
    const climb = CLIMBS_MS[index]!;
    return since <= climb + 10 ? [{ lag: at - start - since, climb }] : [];
  });
}

/** The lag that most readings agree on, to some 25 ms. */
function commonLag(readings: readonly { at: number; since: number }[]): number {
  const votes = new Map<number, number>();
  for (const { at, since } of readings) {
    for (const { lag } of candidatesOf(at, since)) {
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
