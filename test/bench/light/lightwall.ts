import { KnownSpans } from "../../../client/host/light/known-spans.ts";
import { cellsOf, Powers, ROW_MS, WeightedBand } from "../../../client/host/light/powers.ts";
import { SongBeats } from "../../../client/host/light/song-beats.ts";
import { binsOf } from "../../../client/light/band.ts";
import { colourOf, PALETTES } from "../../../client/light/colour.ts";
import { riseGainAt } from "../../../client/light/emphasis.ts";
import { fallMsOf, weightDb, weightsOf } from "../../../client/light/level.ts";
import { levelIn, type Span } from "../../../client/light/light-map.ts";
import { measured } from "../../../client/light/screen-light.ts";
import { Smooth, Timeline } from "../../../client/light/timeline.ts";
import { FFT_SIZE } from "../../../client/listener/ear/grid.ts";
import { trackedBeats } from "./heard.ts";
import { lightnessOfColour } from "./lightness.ts";
import { FRAMES_PER_SECOND, type Moment, type Way } from "./way.ts";

const SAMPLE_RATE_HZ = 48_000;
/** A new wall's weighting. */
const WEIGHTS = weightsOf("pink", SAMPLE_RATE_HZ, FFT_SIZE);
const weightOf = (hertz: number) => 10 ** (weightDb("pink", hertz) / 10);
/** Spectra are there this long before they are painted: the wall delay is longer. */
const AHEAD_MS = 30;
/** Time between two marks of the light map, ms. */
const MARK_MS = 1_000;

/** The light of this program: a new wall's, in grey, of a file that was analysed before it is played. */
export const lightwall: Way = (moments, seconds, band) => {
  const bins = binsOf(band, SAMPLE_RATE_HZ, FFT_SIZE);
  const palette = PALETTES.mono;
  const weighted = [new WeightedBand(band, weightOf)];
  const known = new KnownSpans(powersOf(moments));
  const beats = new SongBeats(trackedBeats(moments));
  known.beats = beats;
  const times = Array.from({ length: Math.ceil(seconds) + 2 }, (_, n) => n * MARK_MS);
  const marks = known.at(times, weighted).map(([span]) => span!);
  const [timeline, smooth] = [new Timeline(), new Smooth()];
  const sounding = {
    powerAt: (media: number) => timeline.at(media),
    riseGainAt: (media: number) => riseGainAt(beats.around(media)),
    levelOf: (db: number, media: number) => levelIn(spanAt(marks, media), db),
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

/** The analysis of the song, of the same spectra. */
function powersOf(moments: readonly Moment[]): Powers {
  const powers = new Powers();
  let next = 0;
  for (let at = 0; next < moments.length; at += ROW_MS) {
    while (next < moments.length && moments[next]!.media < at) next++;
    const moment = moments[Math.min(next, moments.length - 1)]!;
    powers.add(cellsOf(moment.spectrum, SAMPLE_RATE_HZ));
  }
  return powers;
}

function spanAt(marks: readonly Span[], media: number): Span {
  const n = Math.min(Math.max(Math.floor(media / MARK_MS), 0), marks.length - 2);
  const share = media / MARK_MS - n;
  const between = (from: number, to: number) => from + (to - from) * share;
  const [from, to] = [marks[n]!, marks[n + 1]!];
  return { dark: between(from.dark, to.dark), bright: between(from.bright, to.bright) };
}
