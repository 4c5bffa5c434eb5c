import { chromaticDistance, type Light, lightAt, lightOf, mixed, type Rgb } from "./photometry.ts";

/**
 * What may happen to the light: it may `rise` (and redden), `fall` (and turn from red), or must `hold`
 * but for what is no flash by any count.
 */
export type FlashPhase = "rise" | "fall" | "hold";

/**
 * A change of luminance below 0.10 is no flash (WCAG 2.3.1). Nor is one between two lights above 0.80, but
 * that is not made use of: seen together with darker screens, it may be one.
 */
const FREE_LUMINANCE = 0.099;
/** Nor is a change to or from saturated red by at most 0.2 in the UCS diagram, less what `NEAR` may hide. */
const FREE_CHROMATICITY = 0.18;
/** Chromaticities that are taken for one. */
const NEAR = 0.02;

/**
 * Turns of direction allowed: so many in so many ms. Five in a second make six changes in any second: three
 * flashes. The second line only spreads them, so that the light dances on instead of waiting for the next
 * second.
 */
const BUDGETS = [
  { turns: 5, within: 1_000 },
  { turns: 3, within: 500 },
] as const;

/**
 * Lengths of the wall's phases, ms: rise, hold, fall, hold. The holds are for clocks and frames that differ.
 * Light that comes late is seen more than light that goes late, so the wall may rise most of the time. It
 * must not be more of it: of seven phases in a row, the last begins 1,060 ms after the first has ended, or
 * 1,250.
 */
const RISE_MS = 290;
const FALL_MS = 100;
const HOLD_MS = 30;
/** From one rise of the wall to the next, ms. */
export const PERIOD_MS = RISE_MS + HOLD_MS + FALL_MS + HOLD_MS;

/** What every screen of a wall may do at a time of the wall clock, in ms. */
export function phaseAt(wall: number): FlashPhase {
  const time = ((wall % PERIOD_MS) + PERIOD_MS) % PERIOD_MS;
  if (time < RISE_MS) return "rise";
  const since = time - RISE_MS - HOLD_MS;
  return since >= 0 && since < FALL_MS ? "fall" : "hold";
}

/**
 * Keeps one screen's light from flashing more than WCAG 2.3.1 allows, and touches nothing that flashes less.
 * `docs/flash-safety.md` has the reasoning.
 */
export class FlashGuard {
  #shown = lightOf([0, 0, 0]);
  readonly #luminance = new Rule(new LuminanceLimits(this.#shown));
  readonly #redness = new Rule(new RednessLimits());

  /**
   * The colour to paint where `wanted` is wanted: that one, or the nearest on the way to it that is safe.
   * @param now monotonic, ms
   * @param phase what the wall allows now; without it the screen turns when it likes, within its own budget
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

  /** What it lets the light do now: what a picture of the same music may do, too. */
  get phase(): FlashPhase {
    return this.#luminance.phase;
  }

  #admits(light: Light): boolean {
    return this.#luminance.admits(light) && this.#redness.admits(light);
  }

  /** As far from an admitted light towards another as the rules go. */
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

/** The goal as bright as it is, without becoming a saturated red or ceasing to be one. */
function withoutRedness(shown: Light, { red, green, blue, luminance, saturatedRed }: Light): Light {
  if (!saturatedRed) {
    const scale = luminance / (shown.luminance || 1);
    return lightAt(shown.red * scale, shown.green * scale, shown.blue * scale);
  }
  const limit = 0.79;
  const sum = red + green + blue;
  const grey = (red - limit * sum) / (limit * (3 * luminance - sum) - luminance + red);
  const mix = (channel: number) => channel + (luminance - channel) * grey;
  return lightAt(mix(red), mix(green), mix(blue));
}

/** What counts as a change in one of the two kinds of flash. */
interface Limits {
  /** Whether this light would be a fall since {@link startFloor}. */
  isFall(light: Light): boolean;
  /** Whether it would be a rise since {@link startCeiling}. */
  isRise(light: Light): boolean;
  startFloor(shown: Light): void;
  startCeiling(shown: Light): void;
  note(light: Light): void;
}

/**
 * One kind of flash: lets no rise happen while it is not time to rise, no fall while it is not time to fall.
 */
class Rule {
  readonly #limits: Limits;
  readonly #turns: number[] = [];
  #phase: FlashPhase = "rise";
  /** The last phase but hold. */
  #direction: Exclude<FlashPhase, "hold"> = "rise";

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get phase(): FlashPhase {
    return this.#phase;
  }

  /** Turns to the phase the wall is in or, where it has none, to the one that the goal needs. */
  turn(shown: Light, goal: Light, now: number, wall: FlashPhase | undefined): void {
    const needed = this.admits(goal) ? this.#direction : this.#direction === "rise" ? "fall" : "rise";
    let next = wall ?? needed;
    if (next !== "hold" && next !== this.#direction) {
      if (this.#mayTurn(now)) {
        this.#turns.push(now);
        if (this.#turns.length > BUDGETS[0].turns) this.#turns.shift();
        this.#direction = next;
      } else {
        next = wall ? "hold" : this.#direction;
      }
    }
    if (next === this.#phase) return;
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

  #mayTurn(now: number): boolean {
    return BUDGETS.every(({ turns, within }) => now - (this.#turns.at(-turns) ?? -Infinity) >= within);
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
  /** Saturated reds since a floor was started, and others since a ceiling was. */
  #reds: Light[] = [];
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
