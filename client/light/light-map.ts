import {
  type LightMap,
  NARROW_BANDS,
  NARROW_FROM_HZ,
  NARROW_OCTAVES,
  SPAN_FROM_DB,
  SPAN_STEP_DB,
} from "#protocol/light-map.ts";
import { mediaMsBetween, RTP_PER_MS } from "#protocol/timing.ts";
import { BANDS, type Band } from "./band.ts";
import { BEATS_APART_MAX_MS, type BeatsAround, riseGainAt } from "./emphasis.ts";

/** The powers between which a band goes from dark to fully lit, dB relative to a full-scale sine. */
export interface Span {
  readonly dark: number;
  readonly bright: number;
}

/** How powers become levels. Media times are in ms. */
export interface Spans {
  /** What is dark and what is bright. */
  spanOf(band: Band, media: number): Span;
  /** How much a sudden rise is enlarged before, dB for each dB; see `Emphasis`. */
  riseGainAt(media: number): number;
}

/** Beats that are known ahead. */
export interface KnownBeats {
  /** Undefined where there is no rhythm, or nothing is known. Media time in ms. */
  around(media: number): BeatsAround | undefined;
  /** Media times of the last beats up to one, ms. */
  upTo(media: number): readonly number[];
}

/** Beats that are kept: those of a minute, at 240 a minute. */
const BEATS_KEPT = 240;
/** Beats that are given: more than the longest ripple shows at once. */
const BEATS_GIVEN = 16;

/** Maps that are kept: those of the longest wall delay. */
const MAPS_MAX = 6;

/** A narrow band of the map, 0 for the lowest to {@link NARROW_BANDS} − 1. */
export function narrowBand(n: number): Band {
  const edge = (at: number) => NARROW_FROM_HZ * 2 ** ((NARROW_OCTAVES * at) / NARROW_BANDS);
  return { low: edge(n), high: edge(n + 1) };
}

/** The bands that every map has: the narrow ones, and the whole spectrum. */
export const MAP_BANDS: readonly Band[] = [
  ...Array.from({ length: NARROW_BANDS }, (_, n) => narrowBand(n)),
  BANDS.all,
];

/** A level 0..1: where a power in dB is between dark and fully lit. */
export function levelIn({ dark, bright }: Span, db: number): number {
  // Of silence (minus infinity) and of nothing (NaN) too.
  return db > dark ? Math.min((db - dark) / (bright - dark), 1) : 0;
}

/** The light maps of a wall: what is dark and what is bright in its song. Equal on all its screens. */
export class LightMaps implements Spans, KnownBeats {
  readonly #first: Spans;
  /** The newest one last. */
  #maps: ReceivedMap[] = [];
  /** In their order, by RTP time. */
  #beats: { timestamp: number; inBar: number }[] = [];

  /** @param first holds while there is no map */
  constructor(first: Spans) {
    this.#first = first;
  }

  /** Takes a map, which counts from its beginning on in place of earlier ones. */
  add(map: LightMap): void {
    this.#maps = [...this.#maps, new ReceivedMap(map)].slice(-MAPS_MAX);
    const before = this.#beats.filter(({ timestamp }) => mediaMsBetween(map.from, timestamp) < 0);
    const beats = map.beats.map(({ after, inBar }) => ({
      timestamp: (map.from + Math.round(after * RTP_PER_MS)) >>> 0,
      inBar,
    }));
    this.#beats = [...before, ...beats].slice(-BEATS_KEPT);
  }

  riseGainAt(media: number): number {
    return this.#maps.length > 0 ? riseGainAt(this.around(media)) : 0;
  }

  around(media: number): BeatsAround | undefined {
    const now = timestampOf(media);
    const next = this.#beats.findIndex(({ timestamp }) => mediaMsBetween(now, timestamp) > 0);
    const [last, following] = [this.#beats[next - 1], this.#beats[next]];
    if (!last || !following) return;
    const [since, until] = [mediaMsBetween(last.timestamp, now), mediaMsBetween(now, following.timestamp)];
    return since + until < BEATS_APART_MAX_MS ? { since, until, inBar: last.inBar } : undefined;
  }

  upTo(media: number): readonly number[] {
    const now = timestampOf(media);
    return this.#beats
      .map(({ timestamp }) => mediaMsBetween(now, timestamp))
      .filter((ms) => ms <= 0)
      .slice(-BEATS_GIVEN)
      .map((ms) => media + ms);
  }

  spanOf(band: Band, media: number): Span {
    const timestamp = timestampOf(media);
    for (let n = this.#maps.length - 1; n >= 0; n--) {
      const since = this.#maps[n]!.since(timestamp);
      // Sound from before the first map is that of the song's beginning.
      if (since >= 0 || n === 0) return this.#maps[n]!.spanOf(band, since);
    }
    return this.#first.spanOf(band, media);
  }
}

function timestampOf(media: number): number {
  return Math.round(media * RTP_PER_MS) >>> 0;
}

/** One map, with the spans of the bands that were asked for. */
class ReceivedMap {
  readonly #map: LightMap;
  readonly #bytes: readonly Uint8Array[];
  /** By band: dark and bright of each mark in turn, dB. */
  readonly #spans = new Map<string, Float32Array>();

  constructor(map: LightMap) {
    this.#map = map;
    this.#bytes = map.marks.map(({ spans }) => Uint8Array.from(atob(spans), (byte) => byte.charCodeAt(0)));
  }

  /** Media time from its beginning to an RTP time, ms. */
  since(timestamp: number): number {
    return mediaMsBetween(this.#map.from, timestamp);
  }

  spanOf(band: Band, since: number): Span {
    const key = `${band.low} ${band.high}`;
    let spans = this.#spans.get(key);
    if (!spans) {
      spans = this.#decoded(band);
      this.#spans.set(key, spans);
    }
    const { marks } = this.#map;
    let later = marks.findIndex(({ after }) => after >= since);
    if (later < 0) later = marks.length - 1;
    const earlier = Math.max(later - 1, 0);
    const [from, to] = [marks[earlier]!.after, marks[later]!.after];
    const share = to > from ? Math.min(Math.max((since - from) / (to - from), 0), 1) : 1;
    const at = (which: 0 | 1) => {
      const [before, after] = [spans[2 * earlier + which]!, spans[2 * later + which]!];
      return before + (after - before) * share;
    };
    return { dark: at(0), bright: at(1) };
  }

  #decoded(band: Band): Float32Array {
    const own = [...MAP_BANDS, ...this.#map.bands].findIndex(
      ({ low, high }) => low === band.low && high === band.high,
    );
    return Float32Array.from(
      this.#bytes.flatMap((bytes) =>
        [0, 1].map((which) => (own < 0 ? sumOf(bytes, band, which) : db(bytes[2 * own + which]!))),
      ),
    );
  }
}

function db(byte: number): number {
  return SPAN_FROM_DB + SPAN_STEP_DB * byte;
}

/** For a band that a map does not have: the power of the narrow bands that it covers, or of the whole; dB. */
function sumOf(bytes: Uint8Array, { low, high }: Band, which: number): number {
  let power = 0;
  for (let n = 0; n < NARROW_BANDS; n++) {
    const narrow = narrowBand(n);
    const octaves = Math.log2(Math.min(high, narrow.high) / Math.max(low, narrow.low));
    const share = octaves * (NARROW_BANDS / NARROW_OCTAVES);
    if (share > 0) power += share * 10 ** (db(bytes[2 * n + which]!) / 10);
  }
  return power > 0 ? 10 * Math.log10(power) : db(bytes[2 * NARROW_BANDS + which]!);
}
