import type { Extent, PictureShow, Screen } from "#protocol/wall.ts";
import { type LookMoment, levelOfBand, patterned } from "./moment.ts";

/**
 * The look `picture`: the host's picture over the whole wall, of which each screen shows its part. The level
 * of the music changes the picture's brightness, its colour, or its shape.
 *
 * The frames of screens hide a part of the picture. So the picture lies on a stage that is wider than the
 * light of the screens: between two places that are side by side, there is a strip that no screen shows. All
 * places have the same size and the same distance, so all screens show the picture in the same scale.
 */

/** A point of the picture, from a point of a screen: `u = u[0] x + u[1] y + u[2]`, and likewise for `v`. */
export interface PictureMap {
  /** From the picture's left edge, 0, to its right one, 1; beyond these there is no picture. */
  u: readonly [number, number, number];
  /** From its upper edge, 0, to its lower one, 1. */
  v: readonly [number, number, number];
}

/** A picture, and its size; the size may be in any unit. */
export interface PictureImage {
  /** Has the colours of sRGB. */
  image: HTMLVideoElement | HTMLCanvasElement | VideoFrame;
  width: number;
  height: number;
  /** Another number for another picture. Without it the image is read for each frame that is painted. */
  version?: number | undefined;
}

/** A picture as a screen shows it. */
export interface ShownPicture extends PictureImage {
  map: PictureMap;
  moves: PictureShow["moves"];
  /** Whether it ends at its edges. If not, as where it fills the wall, its mirror image lies beyond them. */
  hasEdges: boolean;
}

/** Light that a picture has where it is silent, as a share of its own light: faces stay easy to see. */
export const QUIET_SHARE = 0.55;
/** How bright its colours are where it is silent, as a share. */
export const QUIET_COLOUR_SHARE = 0.35;
/** How far waves displace the picture at full level, in heights of a place. */
export const DISPLACEMENT = 0.045;

/** Points of the wall for which levels are computed, across and down. */
export const LEVEL_COLUMNS = 32;
export const LEVEL_ROWS = 18;
/**
 * How far each point's level spreads to both sides, in widths of the wall. Neighbouring bands differ a lot:
 * without it there are bars across the picture.
 */
const SPREAD = 1 / 6;

/** What decides where a screen's part of the picture is. */
interface Placed {
  screen: Pick<Screen, "x" | "y" | "width" | "height" | "wholePicture">;
  extent: Extent;
  show: Pick<PictureShow, "fit" | "turn" | "bezel">;
  /** Whether it is the only screen of the wall, which has no neighbours. */
  alone: boolean;
}

/**
 * The part of the picture that a screen shows.
 * @param ratio width / height of a place
 * @param size of the picture, in any unit
 * @returns from the screen, whose left and upper edges are 0, and right and lower ones 1
 */
export function pictureMap(
  { screen, extent, show, alone }: Placed,
  ratio: number,
  size: Pick<PictureImage, "width" | "height">,
): PictureMap {
  const whole = screen.wholePicture ? { ...screen } : extent;
  // As wide above and below as at the sides.
  const bezel = alone || screen.wholePicture ? 0 : show.bezel * ratio;
  const [left, right] = lightOf(screen.x - whole.x, screen.width, ratio, bezel);
  const [top, bottom] = lightOf(screen.y - whole.y, screen.height, 1, bezel);
  const stage = {
    width: lightOf(0, whole.width, ratio, bezel)[1],
    height: lightOf(0, whole.height, 1, bezel)[1],
  };
  const isAcross = show.turn === 90 || show.turn === 270;
  const turned = isAcross ? { width: size.height, height: size.width } : size;
  const box = boxOf(stage, turned, show.fit);
  // The point of the turned picture, from 0 to 1.
  const across: Line = [(right - left) / box.width, 0, (left - box.left) / box.width];
  const down: Line = [0, (bottom - top) / box.height, (top - box.top) / box.height];
  switch (show.turn) {
    case 0:
      return { u: across, v: down };
    case 90:
      return { u: down, v: fromEnd(across) };
    case 180:
      return { u: fromEnd(across), v: fromEnd(down) };
    case 270:
      return { u: fromEnd(down), v: across };
  }
}

/** The point of the picture at a point of a screen. */
export function pointOf({ u, v }: PictureMap, x: number, y: number): [u: number, v: number] {
  return [u[0] * x + u[1] * y + u[2], v[0] * x + v[1] * y + v[2]];
}

/**
 * The level at each point of a grid over the wall, with the wall's pattern: low bands on the left, high ones
 * on the right, each spread to its sides. Row by row from the top.
 * @param into {@link LEVEL_COLUMNS} × {@link LEVEL_ROWS} numbers
 */
export function pictureLevels(moment: LookMoment, into: Float32Array): void {
  const { width, height } = moment.stage;
  for (let column = 0; column < LEVEL_COLUMNS; column++) {
    const share = (column + 0.5) / LEVEL_COLUMNS;
    const level = levelOfBand(moment, share);
    for (let row = 0; row < LEVEL_ROWS; row++)
      into[row * LEVEL_COLUMNS + column] = patterned(
        moment,
        level,
        share * width,
        ((row + 0.5) / LEVEL_ROWS) * height,
      );
  }
  for (let row = 0; row < LEVEL_ROWS; row++)
    spreadOut(into.subarray(row * LEVEL_COLUMNS, (row + 1) * LEVEL_COLUMNS));
}

/** The phases of the waves that displace the picture, 0..2π. They are equal on all screens. */
export function wavesAt({ wall }: Pick<LookMoment, "wall">): [number, number] {
  return [phase(wall, 2_300), phase(wall, 3_700)];
}

type Line = readonly [number, number, number];

/** Means of the levels around each one, which count the less the further away they are. */
function spreadOut(row: Float32Array): void {
  const from = row.slice();
  const reach = SPREAD * LEVEL_COLUMNS;
  for (let column = 0; column < row.length; column++) {
    let [sum, weights] = [0, 0];
    const last = Math.min(Math.floor(column + reach), row.length - 1);
    for (let n = Math.max(Math.ceil(column - reach), 0); n <= last; n++) {
      const weight = 1 - Math.abs(n - column) / reach;
      sum += weight * from[n]!;
      weights += weight;
    }
    row[column] = sum / weights;
  }
}

function phase(time: number, periodMs: number): number {
  return (2 * Math.PI * (time % periodMs)) / periodMs;
}

/** The same line, counted from the other end. */
function fromEnd([x, y, at]: Line): Line {
  return [0 - x, 0 - y, 1 - at];
}

/** Where a screen's light begins and ends on the stage, along one axis. `from` and `size` are in places. */
function lightOf(from: number, size: number, place: number, bezel: number): [number, number] {
  const pitch = place + bezel;
  return [from * pitch, (from + size) * pitch - bezel];
}

/** Where a picture is on a stage. */
function boxOf(
  stage: { width: number; height: number },
  size: { width: number; height: number },
  fit: PictureShow["fit"],
) {
  const [across, down] = [stage.width / size.width, stage.height / size.height];
  const both = fit === "fill" ? Math.max(across, down) : Math.min(across, down);
  const [wide, high] = fit === "stretch" ? [across, down] : [both, both];
  const [width, height] = [size.width * wide, size.height * high];
  return { left: (stage.width - width) / 2, top: (stage.height - height) / 2, width, height };
}
