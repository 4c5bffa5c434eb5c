import { STENCIL_PIXELS_MAX, type Stencil } from "#protocol/stencil.ts";
import { cutText } from "#protocol/text.ts";
import { FILLS } from "../../../wall/look/stencil.ts";
import { pictureProblems } from "../../../words/en/stencil.ts";
import { stencilOf } from "./distance-field.ts";
import { LINE_HEIGHT, linesFor } from "./lines.ts";

/** Most UTF-16 units of the words of a stencil: smaller letters cannot be read on a wall. */
export const WORDS_MAX = 60;
/** Largest file of a picture, bytes. */
const FILE_MAX_BYTES = 4 * 1_024 * 1_024;
/** Pixels of the mask from which a stencil is made. */
const MASK_PIXELS = 262_144;
/** Free space around the shape, as a share of its height: its edges have room on all sides. */
const MARGIN = 0.06;
/** Size of the letters that are measured and drawn, px. They are then scaled. */
const LETTERS_PX = 200;
/** Free space around words that are drawn, px: marks and emoji reach beyond the height of a line. */
const PAD_PX = 0.6 * LETTERS_PX;
/** Most pixels of a picture, so that opening it does not fill the memory of the page that broadcasts. */
const PICTURE_PIXELS_MAX = 50_000_000;
/** How many times longer than wide a shape may be, or wider than long. */
const RATIO_MAX = 64;
/** How far a colour is from that of the corners if it stands out, in the RGB cube. */
const STANDS_OUT = 100;
/** Words whose first letter is of a script that is written from right to left. */
const RIGHT_TO_LEFT = /^\P{L}*[\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}\p{sc=Adlam}]/u;
const FONT = `800 ${LETTERS_PX}px "Arial Black", "Segoe UI", system-ui, sans-serif`;

/** Why a picture cannot be a stencil, in words for the host. */
export class PictureError extends Error {}

/**
 * Makes a stencil of words, in as many lines as make them largest on a wall.
 * @param ratio width / height of the wall. Of a single screen the console does not know the shape.
 * @returns undefined without any visible letter
 */
export function stencilOfWords(words: string, ratio: number): Stencil | undefined {
  const pen = newPen(1, 1);
  pen.font = FONT;
  const widthOf = (text: string) => pen.measureText(text).width / LETTERS_PX;
  const lines = linesFor(cutText(words, WORDS_MAX), (ratio * FILLS.width) / FILLS.height, widthOf);
  if (lines.length === 0) return;
  const width = Math.max(...lines.map(widthOf)) * LETTERS_PX + 2 * PAD_PX;
  const height = lines.length * LINE_HEIGHT * LETTERS_PX + 2 * PAD_PX;
  return drawn(width, height, (pen) => {
    pen.font = FONT;
    pen.direction = RIGHT_TO_LEFT.test(words) ? "rtl" : "ltr";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const [n, line] of lines.entries())
      pen.fillText(line, width / 2, PAD_PX + (n + 0.5) * LINE_HEIGHT * LETTERS_PX);
  });
}

/**
 * Makes a stencil of a picture: of what is opaque in it, or of what differs from its corners. The browser
 * opens it as an image, in which no script runs and nothing is loaded.
 * @throws PictureError
 */
export async function stencilOfPicture(file: Blob): Promise<Stencil> {
  const problems = pictureProblems();
  if (file.size > FILE_MAX_BYTES) throw new PictureError(problems.tooLarge);
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => reject(new PictureError(problems.unreadable));
      image.src = url;
    });
    // An SVG without a size has none.
    const [width, height] = [image.naturalWidth || 300, image.naturalHeight || 300];
    if (width * height > PICTURE_PIXELS_MAX) throw new PictureError(problems.tooManyPixels);
    if (Math.max(width / height, height / width) > RATIO_MAX) throw new PictureError(problems.tooNarrow);
    const stencil = drawn(width, height, (pen) => pen.drawImage(image, 0, 0, width, height));
    if (!stencil) throw new PictureError(problems.nothing);
    return stencil;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * Draws a shape, and makes a stencil of the part in which it is.
 * @returns undefined if nothing was drawn
 */
function drawn(width: number, height: number, draw: (pen: Pen) => void): Stencil | undefined {
  const scale = Math.sqrt(MASK_PIXELS / (width * height));
  const pen = newPen(Math.max(Math.round(width * scale), 1), Math.max(Math.round(height * scale), 1));
  pen.scale(scale, scale);
  draw(pen);
  const inside = shapeIn(pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height));
  const part = partOf(inside, pen.canvas.width);
  if (!part) return;
  const [wide, high] = [part.right - part.left, part.bottom - part.top];
  const margin = Math.ceil(MARGIN * high) + 1;
  const across = Math.max(margin, Math.ceil((high + 2 * margin) / RATIO_MAX / 2));
  const down = Math.max(margin, Math.ceil((wide + 2 * margin) / RATIO_MAX / 2));
  const mask = { width: wide + 2 * across, height: high + 2 * down };
  const pixels = new Uint8Array(mask.width * mask.height);
  for (let y = part.top; y < part.bottom; y++) {
    const from = y * pen.canvas.width;
    pixels.set(
      inside.subarray(from + part.left, from + part.right),
      (y - part.top + down) * mask.width + across,
    );
  }
  return stencilOf({ ...mask, inside: pixels }, ...sizeFor(mask));
}

/** The size of the stencil of a mask, in pixels: all that it may have, in the proportions of the mask. */
function sizeFor({ width, height }: { width: number; height: number }): [width: number, height: number] {
  const scale = Math.sqrt(STENCIL_PIXELS_MAX / (width * height));
  return [Math.floor(width * scale), Math.floor(height * scale)];
}

/** Which pixels of a picture belong to the shape: 0 or 1 each. */
function shapeIn({ data, width, height }: ImageData): Uint8Array {
  const corners = [0, width - 1, (height - 1) * width, height * width - 1];
  const isOpaque = corners.every((pixel) => data[4 * pixel + 3]! > 250);
  const [red, green, blue] = [0, 1, 2].map(
    (channel) => corners.map((pixel) => data[4 * pixel + channel]!).sort((a, b) => a - b)[1]!,
  ) as [number, number, number];
  const inside = new Uint8Array(width * height);
  for (let pixel = 0; pixel < inside.length; pixel++) {
    const at = 4 * pixel;
    const away = Math.hypot(data[at]! - red, data[at + 1]! - green, data[at + 2]! - blue);
    inside[pixel] = Number(isOpaque ? away > STANDS_OUT : data[at + 3]! > 127);
  }
  return inside;
}

/** The smallest rectangle that holds all of a shape. */
function partOf(inside: Uint8Array, width: number) {
  let [left, top, right, bottom] = [width, Number.POSITIVE_INFINITY, 0, 0];
  for (let n = inside.indexOf(1); n !== -1; n = inside.indexOf(1, n + 1)) {
    const [x, y] = [n % width, Math.floor(n / width)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = y + 1;
  }
  return bottom > 0 ? { left, top, right, bottom } : undefined;
}

type Pen = CanvasRenderingContext2D;

function newPen(width: number, height: number): Pen {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  return canvas.getContext("2d", { willReadFrequently: true })!;
}
