import { free } from "./growing.ts";

/** How strictly beats keep the tempo: the α of D. Ellis, for onsets in units of their root mean square. */
const TIGHTNESS = 150;
/** Beats are searched from this share of a period to {@link LONGEST} of it after the last one. */
const SHORTEST = 0.7;
const LONGEST = 1.4;

/**
 * Finds the beats of a stretch: the times with the most salience whose distances fit the tempo best (dynamic
 * programming; D. Ellis, "Beat Tracking by Dynamic Programming", Journal of New Music Research 36, 2007).
 * @param salience of the whole sound
 * @param from first spectrum of the stretch
 * @param end spectrum after its last
 * @param periodAt beat period at a spectrum, in spectra
 * @returns spectra of the beats
 */
export function findBeats(
  salience: Float32Array,
  from: number,
  end: number,
  periodAt: (spectrum: number) => number,
): number[] {
  const totals = new Float64Array(end - from);
  const origins = new Int32Array(end - from).fill(-1);
  let penalties = new Float64Array(0);
  let [period, shortest] = [0, 0];
  for (let n = 0; n < end - from; n++) {
    const now = periodAt(from + n);
    if (now !== period) {
      period = now;
      shortest = Math.ceil(period * SHORTEST);
      const distances = Math.floor(period * LONGEST) - shortest + 1;
      penalties = Float64Array.from({ length: distances }, (_, k) => {
        return TIGHTNESS * Math.log((shortest + k) / period) ** 2;
      });
    }
    // Not in pairs, which are new objects each time.
    let most = 0;
    let origin = -1;
    for (let k = 0; k < penalties.length; k++) {
      const before = n - shortest - k;
      if (before < 0) break;
      const total = totals[before]! - penalties[k]!;
      if (total <= most) continue;
      most = total;
      origin = before;
    }
    totals[n] = most + salience[from + n]!;
    origins[n] = origin;
  }
  let last = totals.length - 1;
  for (let n = last; n >= Math.max(totals.length - period, 0); n--) if (totals[n]! > totals[last]!) last = n;
  const beats: number[] = [];
  for (let n = last; n >= 0; n = origins[n]!) beats.push(from + n);
  free(totals);
  free(origins);
  return beats.reverse();
}

/** A peak of salience belongs to a beat that is at most this far away, in spectra. */
const NEAR_SPECTRA = 4;
/** A lower peak does not tell where a beat is. */
const PEAK_MIN = 0.5;

/**
 * The time of an onset near a beat to a fraction of a spectrum, by a parabola through the highest values.
 * @returns undefined if no sound begins there
 */
export function onsetNear(salience: Float32Array, beat: number): { at: number; peak: number } | undefined {
  const middle = Math.round(beat);
  let top = middle;
  for (let n = middle - NEAR_SPECTRA; n <= middle + NEAR_SPECTRA; n++) {
    if ((salience[n] ?? 0) > (salience[top] ?? 0)) top = n;
  }
  const peak = salience[top] ?? 0;
  if (peak < PEAK_MIN) return undefined;
  const [before, after] = [salience[top - 1] ?? 0, salience[top + 1] ?? 0];
  const bend = before - 2 * peak + after;
  const shift = bend < 0 ? (before - after) / (2 * bend) : 0;
  return { at: top + Math.min(Math.max(shift, -0.5), 0.5), peak };
}

/** Beats on each side of a beat with which it is on one line. */
const SIDE_BEATS = 4;
/** An onset further from the line than this is no beat: syncopated, or of another beat; spectra. */
const STRAY_SPECTRA = 3.5;
/** How much a beat without an onset counts, beside the peaks of others. */
const NO_ONSET_WEIGHT = 0.05;

/**
 * Moves beats to where the onsets around them say they are: on the line of the four before and after, which
 * also fills in beats without an onset. Follows drifts of tempo.
 */
export function refineBeats(salience: Float32Array, beats: readonly number[]): number[] {
  const onsets = beats.map((beat) => onsetNear(salience, beat));
  // The same objects for each beat: in two hours there are a hundred thousand of them.
  const places = Array.from({ length: 2 * SIDE_BEATS + 1 }, () => ({ x: 0, y: 0, weight: 0 }));
  return beats.map((beat, n) => {
    const first = Math.max(n - SIDE_BEATS, 0);
    const points = places.slice(0, Math.min(n + SIDE_BEATS, beats.length - 1) + 1 - first);
    for (const [k, point] of points.entries()) {
      const onset = onsets[first + k];
      point.x = first + k - n;
      point.y = onset?.at ?? beats[first + k]!;
      point.weight = onset?.peak ?? NO_ONSET_WEIGHT;
    }
    const line = lineThrough(points);
    if (!line) return beat;
    const near = points.filter(({ x, y }) => Math.abs(line.at + line.slope * x - y) < STRAY_SPECTRA);
    const better = near.length >= 3 ? (lineThrough(near) ?? line) : line;
    return Math.abs(better.at - beat) <= 2 * NEAR_SPECTRA ? better.at : beat;
  });
}

/** Weighted least squares. */
export function lineThrough(
  points: readonly { x: number; y: number; weight: number }[],
): { at: number; slope: number } | undefined {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const point of points) {
    w += point.weight;
    x += point.weight * point.x;
    y += point.weight * point.y;
    xx += point.weight * point.x ** 2;
    xy += point.weight * point.x * point.y;
  }
  const spread = w * xx - x * x;
  if (points.length < 2 || !(spread > 1e-9)) return undefined;
  const slope = (w * xy - x * y) / spread;
  return { at: (y - slope * x) / w, slope };
}
