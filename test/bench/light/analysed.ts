import { KnownSpans } from "../../../client/host/light/known-spans.ts";
import { SongBeats } from "../../../client/host/light/song-beats.ts";
import type { Band } from "../../../client/light/band.ts";
import { riseGainAt } from "../../../client/light/emphasis.ts";
import { weightDb } from "../../../client/light/level.ts";
import type { Span, Spans } from "../../../client/light/light-map.ts";
import { cellsOf, Powers, ROW_MS, WeightedBand } from "../../../client/light/powers.ts";
import { trackedBeats } from "./heard.ts";
import type { Moment } from "./way.ts";

const SAMPLE_RATE_HZ = 48_000;
/** Time between two marks of the light map, ms. */
const MARK_MS = 1_000;
const weightOf = (hertz: number) => 10 ** (weightDb("pink", hertz) / 10);

/** A file as the console knows it before it is played. */
export interface Analysed {
  readonly beats: SongBeats;
  readonly spans: Spans;
}

/** Analyses a song of this length, s. */
export function analysed(moments: readonly Moment[], seconds: number): Analysed {
  const known = new KnownSpans(powersOf(moments));
  const beats = new SongBeats(trackedBeats(moments));
  known.follow(beats, 1);
  const times = Array.from({ length: Math.ceil(seconds) + 2 }, (_, n) => n * MARK_MS);
  const byBand = new Map<string, readonly Span[]>();
  const marksOf = (band: Band) => {
    const key = `${band.low} ${band.high}`;
    let marks = byBand.get(key);
    if (!marks) {
      marks = known.at(times, [new WeightedBand(band, weightOf)]).map(([span]) => span!);
      byBand.set(key, marks);
    }
    return marks;
  };
  return {
    beats,
    spans: {
      spanOf: (band, media) => spanAt(marksOf(band), media),
      riseGainAt: (media) => riseGainAt(beats.around(media)),
    },
  };
}

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
