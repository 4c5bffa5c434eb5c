import { computed, effect, type ReadonlySignal } from "@preact/signals";
import type { LightBeat, LightMap } from "#protocol/light-map.ts";
import { RTP_PER_MS } from "#protocol/timing.ts";
import type { Band } from "../../light/band.ts";
import { weightDb } from "../../light/level.ts";
import { MAP_BANDS, type Span } from "../../light/light-map.ts";
import { ROW_MS, WeightedBand } from "../../light/powers.ts";
import { NEAR_MS, spanEnergy } from "../../light/spans.ts";
import type { SongAnalysis } from "../analysis/song-analysis.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "../song/song.ts";
import { encodeSpans } from "./encode-spans.ts";
import { KnownSpans } from "./known-spans.ts";
import { LiveSpans } from "./live-spans.ts";
import { SongTempo } from "./song-tempo.ts";
import { furtherBands } from "./wall-bands.ts";

/** Interval at which the map is looked at, ms. */
const CHECK_MS = 250;
/** Time that a map of a known song covers, and time between its marks, ms. */
const COVERED_MS = 12_000;
const MARK_MS = 1_000;
/** A map is followed by the next one this long before its end, ms. */
const AHEAD_MS = 4_000;
/** A song that is this far from where it is expected was moved, ms. */
const MOVED_MS = 120;
/** A span of live sound that has changed by less is not sent again, dB. */
const CHANGE_DB = 1;
/** From sound in the graph to its packet's arrival at the server, without the network, ms. */
const ENCODING_MS = 33;

/** The bands of a map. */
interface MapBands {
  readonly key: string;
  /** Those that not every map has. */
  readonly further: readonly Band[];
  /** All of them. */
  readonly weighted: readonly WeightedBand[];
}

/** A map before it is encoded. */
interface MadeMap {
  readonly further: readonly Band[];
  readonly marks: readonly { after: number; spans: readonly Span[] }[];
  readonly beats: readonly LightBeat[];
}

/** What a map was made of. */
interface Made {
  /** What it depends on besides the time. */
  readonly key: string;
  /** Where the song was, and when; ms. */
  readonly position: number;
  readonly at: number;
  /** The last moment that it knows, ms of `performance.now()`. */
  readonly until: number;
  /** Of its first mark. */
  readonly spans: readonly Span[];
}

/**
 * Makes the wall's light map: what is dark and what is bright in the song, by band. A file is analysed as
 * soon as it is loaded, so the map of the next seconds is known. Where it cannot be, the last seconds decide.
 */
export class MapMaker {
  readonly #song: Song;
  readonly #broadcast: HostBroadcast;
  /** The rhythm of the song that light follows. */
  readonly tempo = new SongTempo();
  /** How much of the song is analysed, ms, and whether more will be. */
  readonly analysedMs = computed(() => this.#song.analysis.value?.analysedMs.value ?? 0);
  readonly isAnalysing = computed(() => this.#song.analysis.value?.isRunning.value ?? false);
  readonly #live = new LiveSpans();
  readonly #energy: ReadonlySignal<number>;
  #known: KnownSpans | undefined;
  #bands: MapBands | undefined;
  #made: Made | undefined;

  constructor(song: Song, broadcast: HostBroadcast) {
    this.#song = song;
    this.#broadcast = broadcast;
    effect(() => {
      this.#open(song.analysis.value);
      return effect(() => {
        this.tempo.tracked.value = this.#analysis?.tracked.value;
      });
    });
    this.#energy = computed(() => spanEnergy(broadcast.wall.show.value.energy));
    effect(() => this.#follow());
    const hasClock = computed(() => broadcast.timing.value?.clock !== undefined);
    effect(() => {
      // The server has forgotten the map, or the broadcast's time begins anew.
      const isLive = broadcast.onAir.value === "live" && broadcast.phase.value === "ready";
      if (isLive && hasClock.value) this.#made = undefined;
    });
    let spectrum = new Float32Array(0);
    setInterval(() => {
      const { analyser } = song;
      if (!analyser || !song.playing.peek() || this.#analysis?.isComplete) return;
      if (spectrum.length !== analyser.frequencyBinCount)
        spectrum = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(spectrum);
      this.#live.add(spectrum, analyser.context.sampleRate);
    }, ROW_MS);
    setInterval(() => this.#check(performance.now()), CHECK_MS);
  }

  #open(analysis: SongAnalysis | undefined): void {
    this.#known = analysis && new KnownSpans(analysis.powers);
    this.tempo.reset();
    this.#live.clear();
    this.#made = undefined;
  }

  #follow(): void {
    const beats = this.tempo.beats.value;
    const energy = this.#energy.value;
    if (!this.#known) return;
    this.#known.follow(beats, energy);
    this.#made = undefined;
  }

  get #analysis(): SongAnalysis | undefined {
    return this.#song.analysis.peek();
  }

  /** Makes a map if the last one no longer fits or soon ends. */
  #check(now: number): void {
    if (!this.#song.playing.peek()) {
      this.#made = undefined;
      return;
    }
    const position = this.#song.positionMs;
    const bands = this.#bandsNow();
    if (this.#isKnownAt(position)) this.#makeKnown(now, position, bands);
    else this.#makeLive(now, bands);
  }

  /** Whether the song is analysed beyond what a first mark needs. */
  #isKnownAt(position: number): boolean {
    const { isComplete, powers } = this.#analysis ?? {};
    return powers !== undefined && (isComplete === true || powers.durationMs > position + NEAR_MS);
  }

  #makeKnown(now: number, position: number, { key, further, weighted }: MapBands): void {
    const gainDb = this.#song.gainDb.peek();
    const ownKey = `${key} known ${gainDb}`;
    const made = this.#made;
    const isMoved = made && Math.abs(position - made.position - (now - made.at)) > MOVED_MS;
    if (made?.key === ownKey && !isMoved && now < made.until - AHEAD_MS) return;
    const { isComplete, powers } = this.#analysis!;
    const knownMs = isComplete ? COVERED_MS : Math.min(powers.durationMs - NEAR_MS - position, COVERED_MS);
    const afters = Array.from({ length: Math.floor(knownMs / MARK_MS) + 1 }, (_, n) => n * MARK_MS);
    const known = this.#known!.at(
      afters.map((after) => position + after),
      weighted,
    );
    const marks = afters.map((after, n) => ({ after, spans: known[n]!.map((span) => louder(span, gainDb)) }));
    this.#made = { key: ownKey, position, at: now, until: now + marks.at(-1)!.after, spans: marks[0]!.spans };
    const beats = this.tempo.beats.peek()?.between(position, position + COVERED_MS) ?? [];
    this.#send(now, { further, marks, beats });
  }

  #makeLive(now: number, { key, further, weighted }: MapBands): void {
    const ownKey = `${key} live ${this.#energy.peek()}`;
    const spans = this.#live.at(now, weighted, this.#energy.peek());
    const made = this.#made;
    const isNew = made?.key !== ownKey || spans.some((span, n) => isFar(span, made.spans[n]!));
    if (!isNew) return;
    this.#made = { key: ownKey, position: 0, at: now, until: now, spans };
    this.#send(now, { further, marks: [{ after: 0, spans }], beats: [] });
  }

  #send(now: number, { further, marks, beats }: MadeMap): void {
    const { clock, timing, wall } = this.#broadcast;
    const map = {
      bands: [...further],
      marks: marks.map(({ after, spans }) => ({ after, spans: encodeSpans(spans) })),
      beats: [...beats],
    };
    const sentAt = clock?.at(now);
    const media = timing.peek()?.clock;
    let sent: LightMap | undefined;
    if (sentAt !== undefined && media) {
      const arrives = sentAt + ENCODING_MS + (clock?.roundTrip ?? 0) / 2;
      const from = Math.round(media.timestamp + (arrives - media.at) * RTP_PER_MS) >>> 0;
      sent = { from, ...map };
    }
    wall.setLightMap({ from: Math.round(now * RTP_PER_MS) >>> 0, ...map }, sent);
  }

  /** The bands of the wall now; the same object while they are the same. */
  #bandsNow(): MapBands {
    const { show, placed, extent } = this.#broadcast.wall;
    const further = furtherBands(show.peek(), placed.peek(), extent.peek());
    const key = further.map(({ low, high }) => `${low}-${high}`).join();
    if (this.#bands?.key !== key) {
      const weightOf = (hertz: number) => 10 ** (weightDb("pink", hertz) / 10);
      const weighted = [...MAP_BANDS, ...further].map((band) => new WeightedBand(band, weightOf));
      this.#bands = { key, further, weighted };
    }
    return this.#bands;
  }
}

function louder({ dark, bright }: Span, gainDb: number): Span {
  return { dark: dark + gainDb, bright: bright + gainDb };
}

function isFar(a: Span, b: Span): boolean {
  return Math.abs(a.dark - b.dark) > CHANGE_DB || Math.abs(a.bright - b.bright) > CHANGE_DB;
}
