import { CELLS, cellsBelow, type Powers, powerOf, ROW_MS } from "../../light/powers.ts";

/** What a waveform tells apart by colour: below and above these are bass and treble, Hz. */
const BASS_END_HZ = 250;
const TREBLE_HZ = 4_000;
/** Rows that become one point. */
const ROWS_PER_POINT = 5;
/** Time between two points, ms. */
export const POINT_MS = ROWS_PER_POINT * ROW_MS;

/** The power of bass, mids and treble, relative to a full-scale sine. */
export type Point = readonly [bass: number, mids: number, treble: number];

/** How loud a song is, over its time, in three parts of the spectrum, as far as it is analysed. */
export class Waveform {
  readonly #powers: Powers;
  readonly #points: Point[] = [];
  readonly #ends = [cellsBelow(BASS_END_HZ), cellsBelow(TREBLE_HZ), CELLS];

  constructor(powers: Powers) {
    this.#powers = powers;
  }

  /** How much of the song is known, ms. */
  get durationMs(): number {
    return this.#points.length * POINT_MS;
  }

  /** Takes what was analysed since the last time. */
  update(): void {
    const rows = Math.floor(this.#powers.durationMs / ROW_MS);
    while ((this.#points.length + 1) * ROWS_PER_POINT <= rows) this.#points.push(this.#next());
  }

  /** The loudest point of each of equal parts of a song; undefined where it is not analysed yet. */
  parts(count: number, songMs: number): (Point | undefined)[] {
    const perPart = songMs / POINT_MS / count;
    return Array.from({ length: count }, (_, n) => {
      const first = Math.floor(n * perPart);
      const points = this.#points.slice(first, Math.max(Math.floor((n + 1) * perPart), first + 1));
      if (points.length === 0) return undefined;
      return points.reduce((loudest, point) => (sumOf(point) > sumOf(loudest) ? point : loudest));
    });
  }

  #next(): Point {
    const first = this.#points.length * ROWS_PER_POINT;
    const sums: [number, number, number] = [0, 0, 0];
    for (let row = first; row < first + ROWS_PER_POINT; row++) {
      const cells = this.#powers.row(row);
      for (let cell = 0, part = 0; cell < CELLS; cell++) {
        while (cell >= this.#ends[part]!) part++;
        sums[part]! += powerOf(cells[cell]!);
      }
    }
    return sums.map((sum) => sum / ROWS_PER_POINT) as unknown as Point;
  }
}

function sumOf([bass, mids, treble]: Point): number {
  return bass + mids + treble;
}
