import {
  alignTo,
  CLICK_INTERVAL_MS,
  isLit,
  type Lag,
  lagsOf,
  type Reading,
} from "../../support/time-song.ts";

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}

/** Lags this far apart are neighbours: between two climbs, ten frames a second give none for so long, ms. */
const LAG_REACH_MS = 600;

/** The lag at a time, interpolated; undefined if its neighbours are too far away, as while a level falls. */
export function lagAt(lags: readonly Lag[], at: number, reach = LAG_REACH_MS): number | undefined {
  const next = lags.findIndex((lag) => lag.at >= at);
  if (next < 1) return;
  const [before, after] = [lags[next - 1]!, lags[next]!];
  if (after.at - before.at > reach) return;
  return before.lag + ((after.lag - before.lag) * (at - before.at)) / (after.at - before.at || 1);
}

/** The window around a time from which a drift is read, to each side. */
export const DRIFT_REACH_MS = 500;

/** How far screens are out of step around a time. */
export interface Drift {
  /** Time of the common clock, ms. */
  at: number;
  /** Greatest difference between two screens, ms. */
  skew: number;
  /** Distance of each screen from the middle of all, ms. */
  away: number[];
}

/**
 * The drift at each tenth of a second, from the screens' median lags in the second around it. A median is not
 * affected by a single frame that was misread.
 */
export function drifts(screens: readonly Lag[][], from: number, until: number): Drift[] {
  const found: Drift[] = [];
  for (let at = from + DRIFT_REACH_MS; at < until - DRIFT_REACH_MS; at += 100) {
    const medians = screens.map((lags) => {
      const near = lags.filter((lag) => Math.abs(lag.at - at) < DRIFT_REACH_MS).map(({ lag }) => lag);
      return near.length < 5 ? undefined : percentile(near, 0.5);
    });
    const [first] = medians;
    if (first === undefined || medians.includes(undefined)) continue;
    const aligned = medians.map((median) => alignTo(first, median!));
    const middle = percentile(aligned, 0.5);
    const away = aligned.map((lag) => lag - middle);
    found.push({ at, skew: Math.max(...away) - Math.min(...away), away });
  }
  return found;
}

/** The greatest difference between two screens, ms, at each instant at which all screens can be read. */
export function skews(
  screens: readonly Lag[][],
  from: number,
  until: number,
): { at: number; skew: number }[] {
  const found: { at: number; skew: number }[] = [];
  for (let at = from; at < until; at += 10) {
    const lags = screens.map((screen) => lagAt(screen, at)).filter((lag) => lag !== undefined);
    if (lags.length < screens.length) continue;
    const aligned = lags.map((lag) => alignTo(lags[0]!, lag));
    found.push({ at, skew: Math.max(...aligned) - Math.min(...aligned) });
  }
  return found;
}

/**
 * The distance of each screen from the middle of all, ms: its median, and the 95th percentile of its amount.
 */
export function standings(
  screens: readonly Lag[][],
  from: number,
  until: number,
): { median: number; spread: number }[] {
  const distances: number[][] = screens.map(() => []);
  for (let at = from; at < until; at += 10) {
    const lags = screens.map((screen) => lagAt(screen, at)).filter((lag) => lag !== undefined);
    if (lags.length < screens.length) continue;
    const aligned = lags.map((lag) => alignTo(lags[0]!, lag));
    const middle = percentile(aligned, 0.5);
    for (const [index, lag] of aligned.entries()) distances[index]!.push(lag - middle);
  }
  return distances.map((all) => ({
    median: percentile(all, 0.5),
    spread: percentile(all.map(Math.abs), 0.95),
  }));
}

/** The greatest step of a screen's light back in the song, and the longest time it is dark, ms. */
export function worstSteps(readings: Reading[]): { back: number; dark: number } {
  const lags = lagsOf(readings);
  let back = 0;
  for (const [index, lag] of lags.entries()) {
    const before = lags[index - 1];
    // The media time that a frame shows is the time of the frame minus the lag.
    if (before) back = Math.max(back, before.at - before.lag - (lag.at - lag.lag));
  }
  let [dark, since] = [0, 0];
  for (const { at, level } of readings) {
    if (isLit(level)) since = at;
    else if (since) dark = Math.max(dark, at - since);
  }
  return { back, dark };
}

/** For each click, the time from the first screen that shows it to the last, ms. */
export function onsetSkews(screens: Reading[][], from: number, until: number): number[] {
  const onsets = screens.map((all) => {
    const readings = all.filter(({ at }) => at > from && at < until);
    return readings
      .filter(({ level }, index) => index > 0 && level > 0.4 && readings[index - 1]!.level <= 0.4)
      .map(({ at }) => at)
      .filter((at, index, all) => index === 0 || at - all[index - 1]! > CLICK_INTERVAL_MS / 2);
  });
  const [reference = []] = onsets;
  return reference.flatMap((at) => {
    const times = onsets.flatMap((all) =>
      all.filter((other) => Math.abs(other - at) < CLICK_INTERVAL_MS / 4),
    );
    return times.length === screens.length ? [Math.max(...times) - Math.min(...times)] : [];
  });
}

/** Frames a second. */
export function frameRate(frames: Reading[]): number {
  return ((frames.length - 1) / (frames.at(-1)!.at - frames[0]!.at)) * 1_000;
}

/** Median lead of a sound over the screens, ms; negative if the light comes first. */
export function medianLead(heard: Lag[], screens: Lag[][], from: number, until: number): number {
  const leads: number[] = [];
  for (let at = from; at < until; at += 50) {
    const sound = lagAt(heard, at);
    const light = screens.map((lags) => lagAt(lags, at)).filter((lag) => lag !== undefined);
    if (sound === undefined || light.length === 0) continue;
    leads.push(
      percentile(
        light.map((lag) => alignTo(sound, lag) - sound),
        0.5,
      ),
    );
  }
  return percentile(leads, 0.5);
}
