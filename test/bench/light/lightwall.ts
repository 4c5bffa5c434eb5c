import { binsOf } from "../../../client/light/band.ts";
import { colourOf, PALETTES } from "../../../client/light/colour.ts";
import { fallMsOf, weightsOf } from "../../../client/light/level.ts";
import { levelIn } from "../../../client/light/light-map.ts";
import { measured } from "../../../client/light/screen-light.ts";
import { Smooth, Timeline } from "../../../client/light/timeline.ts";
import { FFT_SIZE } from "../../../client/listener/ear/grid.ts";
import { analysed } from "./analysed.ts";
import { lightnessOfColour } from "./lightness.ts";
import { FRAMES_PER_SECOND, type Way } from "./way.ts";

export const SAMPLE_RATE_HZ = 48_000;
/** A new wall's weighting. */
export const WEIGHTS = weightsOf("pink", SAMPLE_RATE_HZ, FFT_SIZE);
/** Spectra are there this long before they are painted: the wall delay is longer. */
const AHEAD_MS = 30;

/** The light of this program: a new wall's, in grey, of a file that was analysed before it is played. */
export const lightwall: Way = (moments, seconds, band) => {
  const bins = binsOf(band, SAMPLE_RATE_HZ, FFT_SIZE);
  const palette = PALETTES.mono;
  const { spans } = analysed(moments, seconds);
  const [timeline, smooth] = [new Timeline(), new Smooth()];
  const sounding = {
    powerAt: (media: number) => timeline.at(media),
    riseGainAt: (media: number) => spans.riseGainAt(media),
    levelOf: (db: number, media: number) => levelIn(spans.spanOf(band, media), db),
    riseMs: 0,
    fallMs: fallMsOf(band),
  };
  let next = 0;
  return Float32Array.from({ length: Math.floor(seconds * FRAMES_PER_SECOND) }, (_, frame) => {
    const media = (frame * 1_000) / FRAMES_PER_SECOND;
    for (; next < moments.length && moments[next]!.media <= media + AHEAD_MS; next++) {
      const { media: at, spectrum } = moments[next]!;
      timeline.add(at, measured(spectrum, { bins, palette }, WEIGHTS));
    }
    return lightnessOfColour(colourOf(palette, smooth.at(media, sounding)));
  });
};
