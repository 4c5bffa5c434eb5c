/** When a click begins, s. */
export type Click = number;

/** A click: a short tone, which small loudspeakers play and rooms do not hum. */
export const CLICK = { hertz: 3_000, seconds: 0.004 };

/** What is heard is looked at in steps of this, s. */
const STEP_S = 0.001;
const CLICK_STEPS = Math.round(CLICK.seconds / STEP_S);
/** A rise is how much louder the tone is than it was within this time before it, steps. */
const BEFORE_STEPS = 20;
/** Clicks that may be missed. */
const MISSED_MAX = 1;
/** A click must be louder than the tone is on average by this factor. */
const SURE = 3;

/**
 * How much later than they were played clicks are heard, ms; undefined if they are not heard. Each lag is
 * rated by how much louder the tone gets at all the times at which a click would begin. Noises and echoes
 * come at no such times.
 * @param heard what is heard from the first click on
 * @param rate of it, Hz
 */
export function lagOf(heard: Float32Array, rate: number, clicks: readonly Click[]): number | undefined {
  const levels = levelsOf(heard, rate);
  const rises = risesOf(levels);
  const steps = clicks.map((click) => Math.round(click / STEP_S));
  const ratings = Array.from({ length: Math.max(rises.length - steps.at(-1)!, 0) }, (_, lag) => {
    const sorted = steps.map((step) => rises[step + lag]!).sort((a, b) => a - b);
    return sorted[MISSED_MAX]!;
  });
  const best = Math.max(...ratings);
  const usual = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  return best > SURE * usual ? ratings.indexOf(best) * STEP_S * 1_000 : undefined;
}

/** How loud the tone of a click is in what begins with each step and is as long as a click. */
function levelsOf(heard: Float32Array, rate: number): number[] {
  const length = Math.round(rate * STEP_S);
  const turn = (2 * Math.PI * CLICK.hertz) / rate;
  const parts = Array.from({ length: Math.floor(heard.length / length) }, (_, step) => {
    let [cosine, sine] = [0, 0];
    for (let at = step * length; at < (step + 1) * length; at++) {
      cosine += heard[at]! * Math.cos(turn * at);
      sine += heard[at]! * Math.sin(turn * at);
    }
    return [cosine, sine] as const;
  });
  return parts.map((_, step) => {
    const click = parts.slice(step, step + CLICK_STEPS);
    const sum = (n: 0 | 1) => click.reduce((all, part) => all + part[n], 0);
    return Math.hypot(sum(0), sum(1));
  });
}

/** By how much each level is above the highest one shortly before it. */
function risesOf(levels: readonly number[]): number[] {
  return levels.map((level, step) => {
    const before = levels.slice(Math.max(step - BEFORE_STEPS, 0), Math.max(step - CLICK_STEPS + 1, 0));
    return Math.max(level - Math.max(0, ...before), 0);
  });
}
