import { CELLS, cellsBelow, type Powers, powerOf, ROW_MS } from "../../light/powers.ts";
import { Growing } from "../../light/tempo/growing.ts";

/** What a waveform tells apart by colour: below and above these are bass and treble, Hz. */
const BASS_END_HZ = 250;
const TREBLE_HZ = 4_000;
/** Rows that become one point. */
const ROWS_PER_POINT = 5;
/** Time between two points, ms. */
export const POINT_MS = ROWS_PER_POINT * ROW_MS;

/** The power of bass, mids and treble, relative to a full-scale sine. */
export type Point = readonly [bass: number, mids: number, treble: number];
const PARTS = 3;

/** How loud a song is, over its time, in three parts of the spectrum, as far as it is analysed. */
export class Waveform {
  readonly #powers: Powers;
  /** The points, three numbers each: as objects they would take some 4 MB in two hours. */
  readonly #points = new Growing();
  readonly #ends = [cellsBelow(BASS_END_HZ), cellsBelow(TREBLE_HZ), CELLS];

  constructor(powers: Powers) {
    this.#powers = powers;
  }

  /** How much of the song is known, ms. */
  get durationMs(): number {
    return this.#count * POINT_MS;
  }

  get #count(): number {
    return this.#points.length / PARTS;
  }

  /** Takes what was analysed since the last time. */
  update(): void {
    const rows = Math.floor(this.#powers.durationMs / ROW_MS);
    while ((this.#count + 1) * ROWS_PER_POINT <= rows) this.#add();
  }

  /** The loudest point of each of equal parts of a song; undefined where it is not analysed yet. */
  parts(count: number, songMs: number): (Point | undefined)[] {
    const perPart = songMs / POINT_MS / count;
    return Array.from({ length: count }, (_, n) => {
      const first = Math.floor(n * perPart);
      return this.#loudest(first, Math.max(Math.floor((n + 1) * perPart), first + 1));
    });
  }

  /** The loudest point from one to before another; undefined if none is known. */
  #loudest(first: number, end: number): Point | undefined {
    const { values } = this.#points;
    let [loudest, most] = [-1, Number.NEGATIVE_INFINITY];
    for (let at = PARTS * first; at < Math.min(PARTS * end, values.length); at += PARTS) {
      const sum = values[at]! + values[at + 1]! + values[at + 2]!;
      if (sum <= most) continue;
      loudest = at;
      most = sum;
    }
    return loudest < 0 ? undefined : [values[loudest]!, values[loudest + 1]!, values[loudest + 2]!];
  }

  #add(): void {
    const first = this.#count * ROWS_PER_POINT;
    const sums = [0, 0, 0];
    for (let row = first; row < first + ROWS_PER_POINT; row++) {
      const cells = this.#powers.row(row);
      for (let cell = 0, part = 0; cell < CELLS; cell++) {
        while (cell >= this.#ends[part]!) part++;
        sums[part]! += powerOf(cells[cell]!);
      }
    }
    for (const sum of sums) this.#points.push(sum / ROWS_PER_POINT);
  }
}
