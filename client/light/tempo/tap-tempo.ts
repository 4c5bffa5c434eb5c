/** Fewer taps tell no tempo. */
const TAPS_MIN = 4;
/** Intervals that differ from the median by more than this share are slips. */
const SLIP_SHARE = 0.25;
/** A pause this many times the median interval separates two attempts; the newer one counts. */
const PAUSE_INTERVALS = 2.5;

/** A tempo that a person tapped. */
export interface Tapped {
  /** Beats a minute. */
  bpm: number;
  /** Time of a beat, ms, on the clock of the taps: the one next to the last tap. */
  offsetMs: number;
}

/**
 * The tempo of taps: the mean of their intervals without those far from the median (slips, missed taps).
 * @param tapsMs times of the taps, ms, in order
 * @returns undefined for fewer than four taps in a row
 */
export function tapTempo(tapsMs: readonly number[]): Tapped | undefined {
  const taps = lastAttempt(tapsMs);
  if (taps.length < TAPS_MIN) return undefined;
  const typical = median(intervals(taps));
  if (!(typical > 0)) return undefined;
  const good = intervals(taps).filter((interval) => Math.abs(interval / typical - 1) <= SLIP_SHARE);
  if (good.length < TAPS_MIN - 1) return undefined;
  const period = good.reduce((sum, interval) => sum + interval, 0) / good.length;
  const last = taps.at(-1)!;
  // The phase is the median of all taps', each moved by whole beats to the last one.
  const late = taps.map((tap) => tap - last + Math.round((last - tap) / period) * period);
  return { bpm: 60_000 / period, offsetMs: last + median(late) };
}

function lastAttempt(taps: readonly number[]): readonly number[] {
  for (let n = taps.length - 1; n > 0; n--) {
    const later = intervals(taps.slice(n));
    if (later.length < TAPS_MIN - 1) continue;
    if (taps[n]! - taps[n - 1]! > PAUSE_INTERVALS * median(later)) return taps.slice(n);
  }
  return taps;
}

function intervals(times: readonly number[]): number[] {
  return times.slice(1).map((time, n) => time - times[n]!);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
