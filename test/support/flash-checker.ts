/**
 * Counts flashes in recorded frames by the text of WCAG 2.2, success criterion 2.3.1 and its terms "general
 * flash and red flash thresholds" and "relative luminance". It shares no code with the flash guard.
 */

export interface Frame {
  /** When it was painted, ms. */
  at: number;
  /** sRGB bytes. */
  rgb: readonly [number, number, number];
}

/**
 * The most changes within one second. A flash is a pair of opposing changes: a seventh begins a fourth flash.
 */
export interface Counted {
  general: number;
  red: number;
}

/** Most changes within one second: three flashes. */
export const CHANGES_ALLOWED = 6;

/** How a person sees one frame. */
interface Impression {
  luminance: number;
  red: boolean;
  u: number;
  v: number;
}

type Direction = "up" | "down";

/**
 * Finds the first frame from `from` on, before `end`, to which the step from any frame since `from` is a
 * change in this direction. Returns `end` if there is none.
 */
type NextChange = (seen: readonly Impression[], from: number, end: number, direction: Direction) => number;

const nextGeneral: NextChange = (seen, from, end, direction) => {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let frame = from; frame < end; frame++) {
    const { luminance } = seen[frame]!;
    const [darker, brighter] = direction === "up" ? [lowest, luminance] : [luminance, highest];
    if (darker < 0.8 && brighter - darker >= 0.1) return frame;
    lowest = Math.min(lowest, luminance);
    highest = Math.max(highest, luminance);
  }
  return end;
};

const nextRed: NextChange = (seen, from, end, direction) => {
  /** Frames from which a step in this direction may begin. */
  const before: Impression[] = [];
  for (let frame = from; frame < end; frame++) {
    const now = seen[frame]!;
    if (now.red !== (direction === "up")) before.push(now);
    else if (before.some(({ u, v }) => Math.hypot(u - now.u, v - now.v) > 0.2)) return frame;
  }
  return end;
};

/** Counts the changes of one screen in its worst second. */
export function count(frames: readonly Frame[]): Counted {
  return countTogether([frames]);
}

/**
 * Counts the changes of a whole wall in its worst second. Each change may be on another screen: two screens
 * that flash in turns count as one that flashes twice as often.
 * @param screens the frames of each screen, painted at the same times
 */
export function countTogether(screens: readonly (readonly Frame[])[]): Counted {
  const times = screens[0]!.map(({ at }) => at);
  const impressions = screens.map((frames) => frames.map(({ rgb }) => impressionOf(rgb)));
  return { general: worst(times, impressions, nextGeneral), red: worst(times, impressions, nextRed) };
}

/** Counts the changes that a distant viewer sees: of the weighted mean of the screens' luminance. */
export function countMean(screens: readonly (readonly Frame[])[], weights: readonly number[]): Counted {
  const times = screens[0]!.map(({ at }) => at);
  const sum = weights.reduce((a, b) => a + b, 0);
  const mean = times.map((_, n) => {
    const luminance = screens.reduce(
      (y, frames, s) => y + impressionOf(frames[n]!.rgb).luminance * weights[s]!,
      0,
    );
    return { luminance: luminance / sum, red: false, u: 0, v: 0 };
  });
  return { general: worst(times, [mean], nextGeneral), red: 0 };
}

function worst(
  times: readonly number[],
  screens: readonly (readonly Impression[])[],
  nextChange: NextChange,
): number {
  /** For each frame, the first one that is more than a second later. */
  let end = 0;
  const ends = times.map((begin) => {
    while (end < times.length && times[end]! - begin <= 1_000) end++;
    return end;
  });
  const nextOfAny = (direction: Direction) =>
    times.map((_, from) =>
      screens.reduce((end, seen) => nextChange(seen, from, end, direction), ends[from]!),
    );
  const next = { up: nextOfAny("up"), down: nextOfAny("down") };

  // To count each change as soon as it is complete gives the greatest number.
  let most = 0;
  for (const [first, end] of ends.entries()) {
    for (const begin of ["up", "down"] as const) {
      let changes = 0;
      let direction: Direction = begin;
      for (let frame = next[direction][first]!; frame < end; frame = next[direction][frame]!) {
        changes += 1;
        direction = direction === "up" ? "down" : "up";
      }
      most = Math.max(most, changes);
    }
  }
  return most;
}

/** Linear share of each sRGB byte, by WCAG's "relative luminance". */
const LINEAR = Array.from({ length: 256 }, (_, byte) => {
  const share = byte / 255;
  return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});

function impressionOf([red, green, blue]: readonly [number, number, number]): Impression {
  const [r, g, b] = [LINEAR[red]!, LINEAR[green]!, LINEAR[blue]!];
  const total = r + g + b;
  // IEC 61966-2-1 primaries to CIE XYZ; black has no chromaticity, and is given that of white.
  const [x, y, z] = total > 0 ? xyz(r, g, b) : xyz(1, 1, 1);
  const denominator = x + 15 * y + 3 * z;
  return {
    luminance: 0.2126 * r + 0.7152 * g + 0.0722 * b,
    red: total > 0 && r / total >= 0.8,
    u: (4 * x) / denominator,
    v: (9 * y) / denominator,
  };
}

function xyz(r: number, g: number, b: number): [number, number, number] {
  return [
    0.4124564 * r + 0.3575761 * g + 0.1804375 * b,
    0.2126729 * r + 0.7151522 * g + 0.072175 * b,
    0.0193339 * r + 0.119192 * g + 0.9503041 * b,
  ];
}
