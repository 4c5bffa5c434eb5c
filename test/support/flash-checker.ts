/**
 * Counts flashes in recorded frames by the text of WCAG 2.2, success criterion 2.3.1 and its terms "general
 * flash and red flash thresholds" and "relative luminance". Written apart from the code that prevents them.
 */

export interface Frame {
  /** When it was painted, ms. */
  at: number;
  /** sRGB bytes. */
  rgb: readonly [number, number, number];
}

/**
 * The most changes in any one second. A flash is a pair of opposing changes, so a seventh starts a fourth
 * flash.
 */
export interface Counted {
  general: number;
  red: number;
}

export const CHANGES_ALLOWED = 6;

/** What one frame is to a person's eye. */
interface Look {
  luminance: number;
  red: boolean;
  u: number;
  v: number;
}

type Direction = "up" | "down";

/** What was seen of one screen since its last change. */
interface Memory {
  /** Whether going from any remembered look to this one is a change in that direction. */
  completes(look: Look, direction: Direction): boolean;
  add(look: Look): void;
}

class General implements Memory {
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;

  completes({ luminance }: Look, direction: Direction): boolean {
    const [darker, brighter] = direction === "up" ? [this.#lowest, luminance] : [luminance, this.#highest];
    return darker < 0.8 && brighter - darker >= 0.1;
  }

  add({ luminance }: Look): void {
    this.#lowest = Math.min(this.#lowest, luminance);
    this.#highest = Math.max(this.#highest, luminance);
  }
}

class Red implements Memory {
  readonly #looks: Look[] = [];

  completes(look: Look, direction: Direction): boolean {
    if (look.red !== (direction === "up")) return false;
    return this.#looks.some(
      (before) => before.red !== look.red && Math.hypot(before.u - look.u, before.v - look.v) > 0.2,
    );
  }

  add(look: Look): void {
    this.#looks.push(look);
  }
}

/** Counts one screen's changes in its worst second. */
export function count(frames: readonly Frame[]): Counted {
  return countTogether([frames]);
}

/**
 * Counts the changes of a whole wall in its worst second: each change may be any screen's, so that two
 * screens that flash in turns count as one that flashes twice as often.
 * @param screens frames of each, painted at the same times
 */
export function countTogether(screens: readonly (readonly Frame[])[]): Counted {
  const times = screens[0]!.map(({ at }) => at);
  const looks = screens.map((frames) => frames.map(({ rgb }) => lookOf(rgb)));
  return { general: worst(times, looks, General), red: worst(times, looks, Red) };
}

/** The frame that a far eye sees: the mean of the screens' light, given as a grey of the same luminance. */
export function countMean(screens: readonly (readonly Frame[])[], weights: readonly number[]): Counted {
  const times = screens[0]!.map(({ at }) => at);
  const sum = weights.reduce((a, b) => a + b, 0);
  const mean = times.map((_, n) => {
    const luminance = screens.reduce((y, frames, s) => y + lookOf(frames[n]!.rgb).luminance * weights[s]!, 0);
    return { luminance: luminance / sum, red: false, u: 0, v: 0 };
  });
  return { general: worst(times, [mean], General), red: 0 };
}

function worst(
  times: readonly number[],
  screens: readonly (readonly Look[])[],
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

/** Takes each change as soon as it is complete: no other choice leaves more room for the next ones. */
function changesFrom(
  first: number,
  end: number,
  screens: readonly (readonly Look[])[],
  Kind: new () => Memory,
  direction: Direction,
): number {
  let wanted = direction;
  let changes = 0;
  let memories = screens.map(() => new Kind());
  for (let frame = first; frame < end; frame++) {
    if (screens.some((looks, s) => memories[s]!.completes(looks[frame]!, wanted))) {
      changes += 1;
      wanted = wanted === "up" ? "down" : "up";
      memories = screens.map(() => new Kind());
    }
    for (const [s, looks] of screens.entries()) memories[s]!.add(looks[frame]!);
  }
  return changes;
}

function lookOf(rgb: readonly [number, number, number]): Look {
  const [r, g, b] = rgb.map((byte) => {
    const share = byte / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const total = r + g + b;
  // IEC 61966-2-1 primaries to CIE XYZ; black is given the chromaticity of the white it has none of.
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
