import { chromaticDistance, type Light, lightAt, lightOf, mixed, type Rgb } from "./photometry.ts";

/**
 * How the light may change: `rise` allows brighter light and saturated red, `fall` allows darker light and
 * the end of saturated red, `hold` allows only changes that are too small to be a flash.
 */
export type FlashPhase = "rise" | "fall" | "hold";

/**
 * A change of relative luminance up to this is allowed at any time: below 0.10 it is no flash (WCAG 2.3.1).
 * WCAG also exempts changes between two lights above 0.80. The guard does not use that, because next to
 * darker screens such a change may still be part of a flash.
 */
const FREE_LUMINANCE = 0.099;
/**
 * A change to or from saturated red up to this distance in the CIE 1976 UCS diagram is allowed at any time:
 * WCAG 2.2 allows 0.2; {@link NEAR} is subtracted.
 */
const FREE_CHROMATICITY = 0.18;
/** Chromaticities closer than this are remembered as one. */
const NEAR = 0.02;

/**
 * Of the phases, rises and falls in turn, the seventh may begin only {@link APART_MS} after the first has
 * ended: then no second has seven changes, and six are three flashes.
 */
const PHASES = 7;
/** The second of WCAG 2.3.1, ms. */
const APART_MS = 1_000;
/**
 * Where the wall plans no phases, the fifth may begin only half of that after the first has ended. This adds
 * no safety: it spreads the turns over the second.
 */
const PHASES_IN_HALF = 5;

/**
 * Keeps one screen's light from flashing more than WCAG 2.3.1 allows. Light that flashes less is not changed.
 * `docs/flash-safety.md` has the reasoning.
 */
export class FlashGuard {
  #shown = lightOf([0, 0, 0]);
  readonly #luminance = new Rule(new LuminanceLimits(this.#shown));
  readonly #redness = new Rule(new RednessLimits());

  /**
   * The colour to paint: `wanted`, or the safe colour nearest to it on the path from the colour shown now.
   * @param now monotonic time, ms
   * @param phase the wall's phase; without it this screen turns at any time within its own budget
   */
  allow(wanted: Rgb, now: number, phase?: FlashPhase): Rgb {
    const goal = lightOf(wanted);
    for (const rule of [this.#luminance, this.#redness]) rule.turn(this.#shown, goal, now, phase);
    if (!this.#admits(goal)) {
      const detour = this.#redness.admits(goal) ? goal : withoutRedness(this.#shown, goal);
      this.#shown = this.#furthest(this.#furthest(this.#shown, detour), goal);
    } else {
      this.#shown = goal;
    }
    this.#luminance.note(this.#shown);
    this.#redness.note(this.#shown);
    return this.#shown.rgb;
  }

  /** The phase of this screen's luminance now. `PixelGuard` follows it. */
  get phase(): FlashPhase {
    return this.#luminance.phase;
  }

  #admits(light: Light): boolean {
    return this.#luminance.admits(light) && this.#redness.admits(light);
  }

  /** The light furthest along the path between two lights that the rules admit. `from` is admitted. */
  #furthest(from: Light, to: Light): Light {
    if (this.#admits(to)) return to;
    let [reached, share] = [from, 0];
    for (let step = 0.5; step > 1 / 256; step /= 2) {
      const trial = mixed(from, to, share + step);
      if (!this.#admits(trial)) continue;
      share += step;
      reached = trial;
    }
    return reached;
  }
}

/** A light with the luminance of the goal that is a saturated red only if `shown` is one. */
function withoutRedness(shown: Light, { red, green, blue, luminance, saturatedRed }: Light): Light {
  if (!saturatedRed) {
    const scale = luminance / (shown.luminance || 1);
    return lightAt(shown.red * scale, shown.green * scale, shown.blue * scale);
  }
  // Just below the share of red that WCAG 2.2 calls saturated, 0.8.
  const limit = 0.79;
  const sum = red + green + blue;
  const grey = (red - limit * sum) / (limit * (3 * luminance - sum) - luminance + red);
  const mix = (channel: number) => channel + (luminance - channel) * grey;
  return lightAt(mix(red), mix(green), mix(blue));
}

/** Decides what counts as a rise or a fall for one of the two kinds of flash. */
interface Limits {
  /** Whether this light would be a fall from the lights noted since {@link startFloor}. */
  isFall(light: Light): boolean;
  /** Whether this light would be a rise from the lights noted since {@link startCeiling}. */
  isRise(light: Light): boolean;
  /** Limits falls from here on. */
  startFloor(shown: Light): void;
  /** Limits rises from here on. */
  startCeiling(shown: Light): void;
  /** Takes a light that is shown. */
  note(light: Light): void;
}

/** Limits one kind of flash: admits rises only in the rise phase, and falls only in the fall phase. */
class Rule {
  readonly #limits: Limits;
  /** When the last six phases ended that a turn has followed, ms; NaN before the first. */
  #ends: number[] = Array(PHASES - 1).fill(Number.NaN);
  /** When the hold began that has this {@link #phase}, ms. */
  #held = 0;
  #phase: FlashPhase = "rise";
  /** The last phase that was not `hold`. */
  #direction: Exclude<FlashPhase, "hold"> = "rise";

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get phase(): FlashPhase {
    return this.#phase;
  }

  /** Changes to the wall's phase or, without one, to the phase that the goal needs, within the budget. */
  turn(shown: Light, goal: Light, now: number, wall: FlashPhase | undefined): void {
    const needed = this.admits(goal) ? this.#direction : this.#direction === "rise" ? "fall" : "rise";
    let next = wall ?? needed;
    if (next !== "hold" && next !== this.#direction) {
      const ends = [...this.#ends.slice(1), this.#phase === "hold" ? this.#held : now];
      const isTooEarly = now - ends[0]! < APART_MS;
      const isHasty = !wall && now - ends[PHASES - PHASES_IN_HALF]! < APART_MS / 2;
      if (!isTooEarly && !isHasty) {
        this.#ends = ends;
        this.#direction = next;
      } else {
        next = wall ? "hold" : this.#direction;
      }
    }
    if (next === this.#phase) return;
    if (next === "hold") this.#held = now;
    if (this.#phase === "rise") this.#limits.startCeiling(shown);
    if (this.#phase === "fall") this.#limits.startFloor(shown);
    this.#phase = next;
  }

  admits(light: Light): boolean {
    if (this.#phase !== "fall" && this.#limits.isFall(light)) return false;
    return this.#phase === "rise" || !this.#limits.isRise(light);
  }

  note(light: Light): void {
    this.#limits.note(light);
  }
}

class LuminanceLimits implements Limits {
  #highest: number;
  #lowest: number;

  constructor({ luminance }: Light) {
    this.#highest = this.#lowest = luminance;
  }

  isFall({ luminance }: Light): boolean {
    return this.#highest - luminance > FREE_LUMINANCE;
  }

  isRise({ luminance }: Light): boolean {
    return luminance - this.#lowest > FREE_LUMINANCE;
  }

  startFloor({ luminance }: Light): void {
    this.#highest = luminance;
  }

  startCeiling({ luminance }: Light): void {
    this.#lowest = luminance;
  }

  note({ luminance }: Light): void {
    this.#highest = Math.max(this.#highest, luminance);
    this.#lowest = Math.min(this.#lowest, luminance);
  }
}

class RednessLimits implements Limits {
  /** Saturated reds shown since the floor was started. */
  #reds: Light[] = [];
  /** Other lights shown since the ceiling was started. */
  #others: Light[] = [];

  isFall(light: Light): boolean {
    return !light.saturatedRed && this.#reds.some((red) => isFar(red, light));
  }

  isRise(light: Light): boolean {
    return light.saturatedRed && this.#others.some((other) => isFar(other, light));
  }

  startFloor(shown: Light): void {
    this.#reds = shown.saturatedRed ? [shown] : [];
  }

  startCeiling(shown: Light): void {
    this.#others = shown.saturatedRed ? [] : [shown];
  }

  note(light: Light): void {
    const seen = light.saturatedRed ? this.#reds : this.#others;
    if (!seen.some((other) => chromaticDistance(other, light) < NEAR)) seen.push(light);
  }
}

function isFar(a: Light, b: Light): boolean {
  return chromaticDistance(a, b) > FREE_CHROMATICITY;
}
