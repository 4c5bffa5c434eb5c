import { FRAMES_PER_SECOND } from "./way.ts";

/** The first seconds of a song do not count: every way needs some to find its range. */
export const SETTLE_S = 3;
/** How long before a beat the darkest light is looked for, and after it the brightest, s. */
const BEFORE_S = 0.1;
const AFTER_S = 0.12;
/** From this lightness on, light is full. */
const FULL = 0.99;

/** What is measured of a light. Lightness is CIE L*, 0..1. */
export interface Figures {
  /** The 5th and the 95th percentile of the lightness, and what is between them. */
  p5: number;
  p95: number;
  range: number;
  /** Sum of all changes in a second. */
  travelPerS: number;
  /** The median over beats of the rise around them; undefined without beats. */
  riseAtBeat: number | undefined;
  /** Share of the frames with full light. */
  atFull: number;
}

/**
 * Measures the light of one song.
 * @param lightness of each frame, from the song's begin on
 * @param beats s
 */
export function measure(lightness: Float32Array, beats: readonly number[]): Figures {
  const counted = lightness.subarray(SETTLE_S * FRAMES_PER_SECOND);
  const sorted = counted.slice().sort();
  const [p5, p95] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  let travel = 0;
  for (let n = 1; n < counted.length; n++) travel += Math.abs(counted[n]! - counted[n - 1]!);
  return {
    p5,
    p95,
    range: p95 - p5,
    travelPerS: (travel * FRAMES_PER_SECOND) / Math.max(counted.length - 1, 1),
    riseAtBeat: median(risesOf(lightness, beats)),
    atFull: counted.filter((value) => value >= FULL).length / counted.length,
  };
}

/** For each beat that counts: the brightest light just after it − the darkest just before it. */
function risesOf(lightness: Float32Array, beats: readonly number[]): number[] {
  const frameFrom = (time: number) => Math.ceil(time * FRAMES_PER_SECOND - 1e-6);
  const isCounted = (beat: number) =>
    beat - BEFORE_S >= SETTLE_S && frameFrom(beat + AFTER_S) < lightness.length;
  return beats.filter(isCounted).map((beat) => {
    const before = lightness.subarray(frameFrom(beat - BEFORE_S), frameFrom(beat));
    const after = lightness.subarray(frameFrom(beat), Math.floor((beat + AFTER_S) * FRAMES_PER_SECOND) + 1);
    return Math.max(...after) - Math.min(...before);
  });
}

/** A quantile of sorted values, interpolated. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (position - low);
}

/** The median; undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return;
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/** The median of each figure over songs. Songs without beats say nothing about the rise at one. */
export function medians(all: readonly Figures[]): Figures {
  const of = (pick: (figures: Figures) => number) => median(all.map(pick)) ?? Number.NaN;
  return {
    p5: of(({ p5 }) => p5),
    p95: of(({ p95 }) => p95),
    range: of(({ range }) => range),
    travelPerS: of(({ travelPerS }) => travelPerS),
    riseAtBeat: median(all.flatMap(({ riseAtBeat }) => riseAtBeat ?? [])),
    atFull: of(({ atFull }) => atFull),
  };
}

/** Rounds all figures, for people. */
export function rounded(figures: Figures): Figures {
  const { riseAtBeat } = figures;
  // 0 is added so that no -0 is printed.
  const round = (value: number) => Math.round(value * 1_000) / 1_000 + 0;
  return {
    p5: round(figures.p5),
    p95: round(figures.p95),
    range: round(figures.range),
    travelPerS: round(figures.travelPerS),
    riseAtBeat: riseAtBeat === undefined ? undefined : round(riseAtBeat),
    atFull: round(figures.atFull),
  };
}
