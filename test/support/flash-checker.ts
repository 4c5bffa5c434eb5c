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

/** The impressions of one screen since its last change. */
interface Memory {
  /** Whether the step from any remembered impression to `now` is a change in that direction. */
  completes(now: Impression, direction: Direction): boolean;
  add(now: Impression): void;
}

class General implements Memory {
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;

  completes({ luminance }: Impression, direction: Direction): boolean {
    const [darker, brighter] = direction === "up" ? [this.#lowest, luminance] : [luminance, this.#highest];
    return darker < 0.8 && brighter - darker >= 0.1;
  }

  add({ luminance }: Impression): void {
    this.#lowest = Math.min(this.#lowest, luminance);
    this.#highest = Math.max(this.#highest, luminance);
  }
}

class Red implements Memory {
  readonly #impressions: Impression[] = [];

  completes(now: Impression, direction: Direction): boolean {
    if (now.red !== (direction === "up")) return false;
    return this.#impressions.some(
      (before) => before.red !== now.red && Math.hypot(before.u - now.u, before.v - now.v) > 0.2,
    );
  }

  add(now: Impression): void {
    this.#impressions.push(now);
  }
}

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
  return { general: worst(times, impressions, General), red: worst(times, impressions, Red) };
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
  return { general: worst(times, [mean], General), red: 0 };
}

function worst(
  times: readonly number[],
  screens: readonly (readonly Impression[])[],
  Kind: new () => Memory,
): number {
  let most = 0;
  for (let first = 0; first < times.length; first++) {
    let end = first;
    while (end < times.length && times[end]! - times[first]! <= 1_000) end++;
    for (const direction of ["up", "down"] as const) {
      most = Math.max(most, changesFrom(first, end, screens, Kind, direction));
    }
  }
  return most;
}

/** Counts changes greedily: to count each change as soon as it is complete gives the greatest number. */
function changesFrom(
  first: number,
  end: number,
  screens: readonly (readonly Impression[])[],
  Kind: new () => Memory,
  direction: Direction,
): number {
  let wanted = direction;
  let changes = 0;
  let memories = screens.map(() => new Kind());
  for (let frame = first; frame < end; frame++) {
    if (screens.some((impressions, s) => memories[s]!.completes(impressions[frame]!, wanted))) {
      changes += 1;
      wanted = wanted === "up" ? "down" : "up";
      memories = screens.map(() => new Kind());
    }
    for (const [s, impressions] of screens.entries()) memories[s]!.add(impressions[frame]!);
  }
  return changes;
}

function impressionOf(rgb: readonly [number, number, number]): Impression {
  const [r, g, b] = rgb.map((byte) => {
    const share = byte / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
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
