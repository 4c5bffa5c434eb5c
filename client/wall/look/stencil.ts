import { type LookMoment, levelAt } from "./moment.ts";
import type { Shape } from "./shape.ts";
import type { Stage } from "./stage.ts";

/**
 * Light through a stencil. Inside the shape each band fills its part, from low bands on the left to high ones
 * on the right. Around it, lines at equal distances from its edge carry sound outward.
 */

/** Columns of the shape that have a level of their own. */
export const COLUMNS = 32;
/** Lines around the shape. */
export const LINES = 12;
/** Time the sound takes from one line to the next, ms. */
const LINE_MS = 60;
/** Distance of two lines, in heights of the shape. */
export const LINE_APART = 0.07;
/** Share of the wall's width and height that the shape fills. */
export const FILLS = { width: 0.9, height: 0.66 };
/** Which band the lines show. */
const LINE_BAND = 0.12;

/** Where the shape is on the wall, in heights of a place. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The box of a shape: as large as fits, in the middle of the wall. */
export function boxOf({ width, height }: Pick<Stage, "width" | "height">, shape: Shape): Box {
  const ratio = shape.width / shape.height;
  const high = Math.min(FILLS.height * height, (FILLS.width * width) / ratio);
  const wide = high * ratio;
  return { left: (width - wide) / 2, top: (height - high) / 2, width: wide, height: high };
}

/**
 * The level of each column of the shape, rounded over its neighbours, then of each line around it.
 * @param into {@link COLUMNS} + {@link LINES} numbers
 */
export function stencilLevels(moment: LookMoment, box: Box, into: Float32Array): void {
  const y = moment.stage.height / 2;
  const at = (column: number) => {
    const share = (Math.min(Math.max(column, 0), COLUMNS - 1) + 0.5) / COLUMNS;
    return levelAt(moment, share, box.left + share * box.width, y);
  };
  let [before, level, after] = [at(-1), at(0), at(1)];
  for (let n = 0; n < COLUMNS; n++) {
    into[n] = (before + 2 * level + after) / 4;
    [before, level, after] = [level, after, at(n + 2)];
  }
  const { bands } = moment;
  for (let n = 0; n < LINES; n++) {
    const ago = (n + 1) * LINE_MS;
    into[COLUMNS + n] = Math.max(bands.level(LINE_BAND, ago), 0.6 * bands.whole(ago)) * (1 - n / LINES);
  }
}
