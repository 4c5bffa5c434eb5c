import type { Band } from "./band.ts";
import { riseGainAt } from "./emphasis.ts";
import { weightDb } from "./level.ts";
import type { Span, Spans } from "./light-map.ts";
import { CELLS, cellsOf, Powers, ROW_MS, WeightedBand } from "./powers.ts";
import { loudOf, NEAR_MS, spanAt, spanEnergy } from "./spans.ts";

/** Time between two moments of the song for which spans are made, ms. Those between are interpolated. */
const MARK_MS = 250;
/** Sound before such a moment by which they are made: as much as lies around one of a song that is known. */
const BEFORE_MS = 2 * NEAR_MS;
/** What is heard is kept in blocks of this length, ms, which begin at its multiples on every screen. */
const BLOCK_MS = 4_000;
const BLOCK_ROWS = BLOCK_MS / ROW_MS;
/** Whole blocks before a moment by which what is loud is known: half a minute. */
const LOUD_BLOCKS = 7;
/** Blocks that are kept: these, that of the moment, and what is heard but not painted yet. */
const BLOCKS_KEPT = LOUD_BLOCKS + 3;
/** Spans that are kept: of all bands of a look, at a few moments. */
const SPANS_KEPT = 400;

/** What a screen hears at a moment of the song. */
interface Heard {
  /** ms */
  readonly media: number;
  /** dB per bin */
  readonly spectrum: Float32Array;
}

/** What was heard in {@link BLOCK_MS}. */
interface Block {
  readonly powers: Powers;
  /** What is loud in it, by band; dB. */
  readonly loud: Map<string, number>;
}

/**
 * What is dark and what is bright in sound of which there is no light map, by the screen's own ear. It
 * depends on nothing but the last half minute of the sound, by its media time: screens that have heard that
 * long have the same spans at the same moment.
 */
export class HeardSpans implements Spans {
  readonly #rate: number;
  /** By number; the first row of block n has the media time n · {@link BLOCK_MS}. */
  readonly #blocks = new Map<number, Block>();
  readonly #bands = new Map<string, WeightedBand>();
  readonly #spans = new Map<string, Span>();
  #newest = Number.NEGATIVE_INFINITY;
  #energy = 1;

  /** @param rate of the sound, Hz */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** The wall's energy, see `Show`. */
  set energy(energy: number) {
    const made = spanEnergy(energy);
    if (made === this.#energy) return;
    this.#energy = made;
    this.#forget();
  }

  /** Takes what is heard, in the order of its media time. */
  add(heard: readonly Heard[]): void {
    for (const { media, spectrum } of heard) {
      const row = Math.floor(media / ROW_MS);
      if (row === this.#newest) continue;
      // Another stream, whose times have nothing to do with those before.
      if (row < this.#newest) this.#clear();
      this.#newest = row;
      this.#put(row, cellsOf(spectrum, this.#rate));
    }
  }

  spanOf(band: Band, media: number): Span {
    const mark = Math.floor(media / MARK_MS);
    const [before, after] = [this.#at(band, mark - 1), this.#at(band, mark)];
    const share = media / MARK_MS - mark;
    const mix = (from: number, to: number) => from + (to - from) * share;
    return { dark: mix(before.dark, after.dark), bright: mix(before.bright, after.bright) };
  }

  riseGainAt(): number {
    return riseGainAt(undefined);
  }

  #put(row: number, cells: Uint8Array): void {
    const number = Math.floor(row / BLOCK_ROWS);
    let block = this.#blocks.get(number);
    if (!block) {
      block = { powers: new Powers(), loud: new Map() };
      this.#blocks.set(number, block);
      for (const old of this.#blocks.keys()) if (old <= number - BLOCKS_KEPT) this.#blocks.delete(old);
    }
    const missing = row - number * BLOCK_ROWS - block.powers.durationMs / ROW_MS;
    // Silence, which counts neither as dark nor as loud.
    if (missing > 0) block.powers.add(new Uint8Array(missing * CELLS));
    block.powers.add(cells);
  }

  /** The span of a band at a mark, by what was heard before it. */
  #at(band: Band, mark: number): Span {
    const key = keyOf(band);
    const kept = this.#spans.get(`${key} ${mark}`);
    if (kept) return kept;
    const weighted = this.#weighted(key, band);
    const until = mark * MARK_MS;
    const last = Math.floor(until / BLOCK_MS);
    const near: number[] = [];
    let loud = Number.NEGATIVE_INFINITY;
    for (let n = last - LOUD_BLOCKS; n <= last; n++) {
      const block = this.#blocks.get(n);
      if (!block) continue;
      const [from, to] = [until - BEFORE_MS - n * BLOCK_MS, Math.min(until - n * BLOCK_MS, BLOCK_MS)];
      if (to > 0 && to > from) near.push(...this.#powers(block.powers, weighted, from, to));
      if (n < last) loud = Math.max(loud, this.#loudOf(block, key, weighted));
    }
    const span = spanAt(Float32Array.from(near), loud);
    // What has not been heard yet may still come.
    if (until > this.#newest * ROW_MS) return span;
    if (this.#spans.size >= SPANS_KEPT) this.#spans.clear();
    this.#spans.set(`${key} ${mark}`, span);
    return span;
  }

  #loudOf(block: Block, key: string, band: WeightedBand): number {
    let loud = block.loud.get(key);
    if (loud === undefined) {
      loud = loudOf(this.#powers(block.powers, band, 0, BLOCK_MS)) ?? Number.NEGATIVE_INFINITY;
      block.loud.set(key, loud);
    }
    return loud;
  }

  #powers(powers: Powers, band: WeightedBand, from: number, to: number): Float32Array {
    return powers.of(band, from, to, () => this.#energy * riseGainAt(undefined));
  }

  #weighted(key: string, band: Band): WeightedBand {
    const known = this.#bands.get(key);
    if (known) return known;
    const weighted = new WeightedBand(band, (hertz) => 10 ** (weightDb("pink", hertz) / 10));
    this.#bands.set(key, weighted);
    return weighted;
  }

  #clear(): void {
    this.#blocks.clear();
    this.#newest = Number.NEGATIVE_INFINITY;
    this.#forget();
  }

  #forget(): void {
    this.#spans.clear();
    for (const { loud } of this.#blocks.values()) loud.clear();
  }
}

function keyOf({ low, high }: Band): string {
  return `${low} ${high}`;
}
