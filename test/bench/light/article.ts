import { binsOf } from "../../../client/light/band.ts";
import { colourOf, PALETTES } from "../../../client/light/colour.ts";
import { byteLevel } from "../../../client/light/level.ts";
import { FFT_SIZE } from "../../../client/listener/ear/grid.ts";
import { lightnessOfColour } from "./lightness.ts";
import { eachFrame, type Way } from "./way.ts";

const SAMPLE_RATE_HZ = 48_000;
/** An AnalyserNode's default `smoothingTimeConstant`: the share of the last magnitudes in the new ones. */
const SMOOTHING = 0.8;

/**
 * The formula of the article with which this program began: the average byte of an AnalyserNode that is left
 * as it is, v, as the colour (255 - v, 0, v).
 */
export const article: Way = (moments, seconds, band) => {
  const bins = binsOf(band, SAMPLE_RATE_HZ, FFT_SIZE);
  const magnitudes = new Float64Array(FFT_SIZE / 2);
  const smoothed = new Float32Array(FFT_SIZE / 2).fill(Number.NEGATIVE_INFINITY);
  return eachFrame(moments, seconds, (spectrum) => {
    for (let bin = bins.first; bin < bins.end; bin++) {
      magnitudes[bin] = SMOOTHING * magnitudes[bin]! + (1 - SMOOTHING) * 10 ** (spectrum[bin]! / 20);
      smoothed[bin] = 20 * Math.log10(magnitudes[bin]!);
    }
    return lightnessOfColour(colourOf(PALETTES.classic, byteLevel(smoothed, bins)));
  });
};
