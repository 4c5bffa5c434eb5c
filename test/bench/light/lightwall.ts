import { AutoGain } from "../../../client/light/auto-gain.ts";
import { binsOf } from "../../../client/light/band.ts";
import { colourOf, PALETTES } from "../../../client/light/colour.ts";
import { BRIGHT_DB, bandPower, weightsOf } from "../../../client/light/level.ts";
import { measuredLevel } from "../../../client/light/screen-light.ts";
import { Smooth, Timeline } from "../../../client/light/timeline.ts";
import { FFT_SIZE } from "../../../client/listener/ear/grid.ts";
import { lightnessOfColour } from "./lightness.ts";
import { FRAMES_PER_SECOND, type Moment, type Way } from "./way.ts";

const SAMPLE_RATE_HZ = 48_000;
/** A new wall's weighting. */
const WEIGHTS = weightsOf("pink", SAMPLE_RATE_HZ, FFT_SIZE);
/** How often the console measures, the shortest time between two gains that it sends, and the least step. */
const MEASURE_INTERVAL_MS = 100;
const SEND_INTERVAL_MS = 1_000;
const STEP_DB = 0.45;
/** Spectra are there this long before they are painted: the wall delay is longer. */
const AHEAD_MS = 30;

/** The light of this program: a new wall's, in grey, of a song that is played from its begin. */
export const lightwall: Way = (moments, seconds, band) => {
  const bins = binsOf(band, SAMPLE_RATE_HZ, FFT_SIZE);
  const palette = PALETTES.mono;
  const gain = new Gain();
  const [timeline, smooth] = [new Timeline(), new Smooth()];
  let next = 0;
  return Float32Array.from({ length: Math.floor(seconds * FRAMES_PER_SECOND) }, (_, frame) => {
    const media = (frame * 1_000) / FRAMES_PER_SECOND;
    for (; next < moments.length && moments[next]!.media <= media + AHEAD_MS; next++) {
      const moment = moments[next]!;
      const gainDb = gain.after(moment);
      timeline.add(
        moment.media,
        measuredLevel(moment.spectrum, { bins, palette }, { weights: WEIGHTS, gainDb }),
      );
    }
    return lightnessOfColour(colourOf(palette, smooth.at(timeline, media)));
  });
};

/** The gain that a console sends: `WallGain` of the host's page, without the page. */
class Gain {
  readonly #auto = new AutoGain(BRIGHT_DB);
  #measuredAt = Number.NEGATIVE_INFINITY;
  #sentAt = Number.NEGATIVE_INFINITY;
  #sentDb = 0;

  /** The wall's gain once a spectrum was measured, dB. */
  after({ media, spectrum }: Moment): number {
    if (media - this.#measuredAt < MEASURE_INTERVAL_MS) return this.#sentDb;
    this.#measuredAt = media;
    const loudness = 10 * Math.log10(bandPower(spectrum, { first: 1, end: spectrum.length }, WEIGHTS));
    this.#auto.add(loudness, media / 1_000);
    const gainDb = Math.round(this.#auto.gainDb * 10) / 10;
    if (Math.abs(gainDb - this.#sentDb) >= STEP_DB && media - this.#sentAt >= SEND_INTERVAL_MS) {
      this.#sentDb = gainDb;
      this.#sentAt = media;
    }
    return this.#sentDb;
  }
}
