import { colourOf, type Palette } from "../../light/colour.ts";
import { encoded } from "../../light/photometry.ts";
import type { LookMoment } from "../look/moment.ts";
import { pitchPalette } from "../look/palette.ts";
import {
  DISPLACEMENT,
  LEVEL_COLUMNS,
  LEVEL_ROWS,
  type PictureMap,
  pictureLevels,
  QUIET_COLOUR_SHARE,
  QUIET_SHARE,
  wavesAt,
} from "../look/picture.ts";
import type { Showing } from "../view.ts";

/** Palettes from the left to the right of the wall. */
const PITCHES = 8;
/** Height of the strips in which the picture is displaced, in pixels. */
const STRIP = 2;
/** Shares of red, green and blue in what the eye sees of an sRGB colour (BT.709, as luma). */
const LUMA = [0.2126, 0.7152, 0.0722] as const;

/** What puts a picture, from 0 to 1, beyond its left, right, upper and lower edge, as in a mirror. */
const MIRRORS: readonly [number, number, number, number, number, number][] = [
  [-1, 0, 0, 1, 0, 0],
  [-1, 0, 0, 1, 2, 0],
  [1, 0, 0, -1, 0, 0],
  [1, 0, 0, -1, 0, 2],
];

type Pen = CanvasRenderingContext2D;

/** Draws a window of the host's picture without WebGL. */
export function pictureDrawer(): (pen: Pen, moment: LookMoment, showing: Showing) => void {
  const levels = new Float32Array(LEVEL_COLUMNS * LEVEL_ROWS);
  const grid = ownPen(LEVEL_COLUMNS, LEVEL_ROWS);
  const bytes = grid.createImageData(LEVEL_COLUMNS, LEVEL_ROWS);
  /** The picture as this screen shows it, before it moves, and some more on both sides. */
  const film = ownPen(1, 1);
  const spread = ownPen(1, 1);

  /** The levels over this window, as grey, in the whole of a canvas. */
  function drawLevels(
    pen: Pen,
    { stage }: LookMoment,
    { window }: Showing,
    greyOf: (level: number) => number,
  ) {
    for (const [n, level] of levels.entries()) bytes.data.fill(greyOf(level), 4 * n, 4 * n + 3);
    for (let n = 3; n < bytes.data.length; n += 4) bytes.data[n] = 255;
    grid.putImageData(bytes, 0, 0);
    const [across, down] = [LEVEL_COLUMNS / stage.width, LEVEL_ROWS / stage.height];
    pen.drawImage(
      grid.canvas,
      ...[window.left * across, window.top * down],
      ...([(window.right - window.left) * across, (window.bottom - window.top) * down] as const),
      ...([0, 0, pen.canvas.width, pen.canvas.height] as const),
    );
  }

  return (pen, moment, showing) => {
    const { picture, window } = showing;
    if (!picture) return;
    const { width, height } = pen.canvas;
    const scale = width / (window.right - window.left);
    const margin = picture.moves === "displacement" ? Math.ceil(DISPLACEMENT * scale) : 0;
    if (film.canvas.width !== width + 2 * margin || film.canvas.height !== height)
      Object.assign(film.canvas, { width: width + 2 * margin, height });
    film.setTransform(1, 0, 0, 1, 0, 0);
    film.fillStyle = "#000";
    film.fillRect(0, 0, film.canvas.width, height);
    const onFilm = onScreen(picture.map, width, height, margin);
    // Only the waves reach beyond the edges of a picture that has none.
    for (const mirror of margin > 0 && !picture.hasEdges ? MIRRORS : []) {
      film.setTransform(...onFilm);
      film.transform(...mirror);
      film.drawImage(picture.image, 0, 0, 1, 1);
    }
    film.setTransform(...onFilm);
    film.drawImage(picture.image, 0, 0, 1, 1);
    pen.save();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pictureLevels(moment, levels);
    if (picture.moves === "displacement") displace(pen, film.canvas, margin, scale, moment, showing, levels);
    else pen.drawImage(film.canvas, 0, 0);
    if (picture.moves === "brightness") {
      pen.globalCompositeOperation = "multiply";
      drawLevels(pen, moment, showing, (level) => 255 * encoded(QUIET_SHARE + (1 - QUIET_SHARE) * level));
    }
    if (picture.moves === "colour") {
      if (spread.canvas.width !== width || spread.canvas.height !== height)
        Object.assign(spread.canvas, { width, height });
      drawLevels(
        spread,
        moment,
        showing,
        (level) => 255 * (QUIET_COLOUR_SHARE + (1 - QUIET_COLOUR_SHARE) * level),
      );
      colour(pen, spread, moment, showing);
    }
    pen.restore();
  };
}

/** The transform that puts the picture, from 0 to 1, on a screen of so many pixels: its map, inverted. */
function onScreen({ u, v }: PictureMap, width: number, height: number, margin: number) {
  const area = u[0] * v[1] - u[1] * v[0];
  const [x, y] = [width / area, height / area];
  return [
    ...[v[1] * x, -v[0] * y, -u[1] * x, u[0] * y],
    ...[(u[1] * v[2] - v[1] * u[2]) * x + margin, (v[0] * u[2] - u[0] * v[2]) * y],
  ] as [number, number, number, number, number, number];
}

/** Moves the strips of the picture to the side: the same for all screens in a row. */
function displace(
  pen: Pen,
  film: HTMLCanvasElement,
  margin: number,
  scale: number,
  moment: LookMoment,
  { window }: Showing,
  levels: Float32Array,
): void {
  const { width, height } = pen.canvas;
  const waves = wavesAt(moment);
  for (let top = 0; top < height; top += STRIP) {
    const y = window.top + ((top + STRIP / 2) / height) * (window.bottom - window.top);
    const row = Math.min(Math.floor((y / moment.stage.height) * LEVEL_ROWS), LEVEL_ROWS - 1);
    const level = meanOf(levels.subarray(row * LEVEL_COLUMNS, (row + 1) * LEVEL_COLUMNS));
    const wave = (Math.sin(9 * y + waves[0]) + 0.5 * Math.sin(23 * y - waves[1])) / 1.5;
    const from = margin + DISPLACEMENT * level * wave * scale;
    pen.drawImage(film, from, top, width, STRIP, 0, top, width, STRIP);
  }
}

/** Gives the picture the colours of the palette, by how bright it is. */
function colour(pen: Pen, spread: Pen, { stage, wall }: LookMoment, { palette, window }: Showing): void {
  const { width, height } = pen.canvas;
  const shown = pen.getImageData(0, 0, width, height);
  const by = spread.getImageData(0, 0, width, height).data;
  const palettes: Palette[] = Array.from({ length: PITCHES }, (_, n) =>
    pitchPalette(palette, (n + 0.5) / PITCHES, wall),
  );
  const { data } = shown;
  for (let at = 0, n = 0; at < data.length; at += 4, n++) {
    const x = window.left + (((n % width) + 0.5) / width) * (window.right - window.left);
    const pitch = Math.min(Math.max(Math.floor((x / stage.width) * PITCHES), 0), PITCHES - 1);
    const luma = LUMA[0] * data[at]! + LUMA[1] * data[at + 1]! + LUMA[2] * data[at + 2]!;
    const [red, green, blue] = colourOf(palettes[pitch]!, (luma / 255) * (by[at]! / 255));
    [data[at], data[at + 1], data[at + 2]] = [red, green, blue];
  }
  pen.putImageData(shown, 0, 0);
}

function meanOf(numbers: Float32Array): number {
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}

function ownPen(width: number, height: number): Pen {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  return canvas.getContext("2d", { alpha: false, willReadFrequently: true })!;
}
