import { binsOf } from "../../../client/light/band.ts";
import { FFT_SIZE } from "../../../client/listener/ear/grid.ts";
import { lightnessOfGrey } from "./lightness.ts";
import { eachFrame, type Way } from "./way.ts";

const SAMPLE_RATE_HZ = 48_000;
/** How much of the last height each frame keeps: cava's `noise_reduction` of 77. */
const KEPT = 0.77;
/** A bar that is let go falls as the square of its frames, this fast at 60 frames a second. */
const FALL_STEP = 0.028;
const GRAVITY = 2 / KEPT;
/** How the sensitivity changes in a frame: when a bar is too high, else, and at the start besides. */
const TOO_HIGH = 0.98;
const ELSE = 1.01;
const AT_START = 1.1;

/**
 * The way of cava (https://github.com/karlstav/cava), written anew from its description: the mean magnitude
 * of a bar × a sensitivity that shrinks when the bar is too high and grows else; the bar falls with gravity,
 * and is then summed over time. A screen's band is the only bar. Its height is a channel's value.
 */
export const cava: Way = (moments, seconds, band) => {
  const { first, end } = binsOf(band, SAMPLE_RATE_HZ, FFT_SIZE);
  let [sensitivity, peak, fallen, before, sum] = [1, 0, 0, 0, 0];
  let isStart = true;
  return eachFrame(moments, seconds, (spectrum) => {
    let magnitude = 0;
    for (let bin = first; bin < end; bin++) magnitude += 10 ** (spectrum[bin]! / 20);
    let height = (sensitivity * magnitude) / (end - first);
    if (height < before) {
      height = Math.max(peak * (1 - fallen ** 2 * GRAVITY), 0);
      fallen += FALL_STEP;
    } else {
      peak = height;
      fallen = 0;
    }
    before = height;
    sum = KEPT * sum + height;
    if (sum > 1) {
      sensitivity *= TOO_HIGH;
      isStart = false;
    } else if (magnitude > 0) {
      sensitivity *= isStart ? ELSE * AT_START : ELSE;
    }
    sum = Math.min(sum, 1);
    return lightnessOfGrey(sum);
  });
};
