import { STENCIL_PIXELS_MAX, STENCIL_SIDE_MIN, type Stencil } from "#protocol/stencil.ts";
import { stencilOf } from "./distance-field.ts";
import { LINE_HEIGHT, linesFor } from "./lines.ts";

/** Most characters of the words of a stencil: smaller letters cannot be read on a wall. */
export const WORDS_MAX = 60;
/** Largest file of a picture, bytes. */
const FILE_MAX_BYTES = 4 * 1_024 * 1_024;
/** Pixels of the mask from which a stencil is made. */
const MASK_PIXELS = 262_144;
/** Free space around the shape, as a share of its height: its edges have room on all sides. */
const MARGIN = 0.06;
/** Size of the letters that are measured and drawn, px. They are then scaled. */
const LETTERS_PX = 200;
const FONT = `800 ${LETTERS_PX}px "Arial Black", "Segoe UI", system-ui, sans-serif`;

/** Why a picture cannot be a stencil, in words for the host. */
export class PictureError extends Error {}

/**
 * Makes a stencil of words, in as many lines as make them largest on a wall.
 * @param ratio width / height of the wall
 * @returns undefined without any visible letter
 */
export function stencilOfWords(words: string, ratio: number): Stencil | undefined {
  const pen = newPen(1, 1);
  pen.font = FONT;
  const widthOf = (text: string) => pen.measureText(text).width / LETTERS_PX;
  const lines = linesFor(words.slice(0, WORDS_MAX), ratio, widthOf);
  const width = Math.max(...lines.map(widthOf)) * LETTERS_PX;
  const height = lines.length * LINE_HEIGHT * LETTERS_PX;
  if (!(width > 0)) return;
  return drawn(width, height, (pen) => {
    pen.font = FONT;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const [n, line] of lines.entries())
      pen.fillText(line, width / 2, (n + 0.5) * LINE_HEIGHT * LETTERS_PX);
  });
}

/**
 * Makes a stencil of a picture: of what is opaque in it, or of what differs from its corners. The browser
 * opens it as an image, in which no script runs and nothing is loaded.
 * @throws PictureError
 */
export async function stencilOfPicture(file: Blob): Promise<Stencil> {
  if (file.size > FILE_MAX_BYTES)
    throw new PictureError("This picture is larger than 4 MB. Choose a smaller one.");
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode().catch(() => {
      throw new PictureError(
        "This file is no picture that the browser can read. Choose an SVG, PNG or JPEG.",
      );
    });
    // An SVG without a size has none.
    const [width, height] = [image.naturalWidth || 300, image.naturalHeight || 300];
    const stencil = drawn(width, height, (pen) => pen.drawImage(image, 0, 0, width, height));
    if (!stencil)
      throw new PictureError("Nothing stands out in this picture. Choose one with a clear shape.");
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
  const margin = Math.ceil(MARGIN * (part.bottom - part.top)) + 1;
  const mask = { width: part.right - part.left + 2 * margin, height: part.bottom - part.top + 2 * margin };
  const pixels = new Uint8Array(mask.width * mask.height);
  for (let y = part.top; y < part.bottom; y++) {
    const from = y * pen.canvas.width;
    pixels.set(
      inside.subarray(from + part.left, from + part.right),
      (y - part.top + margin) * mask.width + margin,
    );
  }
  return stencilOf({ ...mask, inside: pixels }, ...sizeFor(mask));
}

/** The size of the stencil of a mask, in pixels. */
function sizeFor({ width, height }: { width: number; height: number }): [width: number, height: number] {
  const scale = Math.min(Math.sqrt(STENCIL_PIXELS_MAX / (width * height)), 1);
  const side = (length: number) => Math.max(Math.floor(length * scale), STENCIL_SIDE_MIN);
  return [
    Math.min(side(width), Math.floor(STENCIL_PIXELS_MAX / side(height))),
    Math.min(side(height), Math.floor(STENCIL_PIXELS_MAX / STENCIL_SIDE_MIN)),
  ];
}

/** Which pixels of a picture belong to the shape: 0 or 1 each. */
function shapeIn({ data, width, height }: ImageData): Uint8Array {
  const corners = [0, width - 1, (height - 1) * width, height * width - 1];
  const isOpaque = corners.every((pixel) => data[4 * pixel + 3]! > 250);
  const lumaOf = (pixel: number) =>
    0.2126 * data[4 * pixel]! + 0.7152 * data[4 * pixel + 1]! + 0.0722 * data[4 * pixel + 2]!;
  const ground = corners.map(lumaOf).sort((a, b) => a - b)[1]!;
  const inside = new Uint8Array(width * height);
  for (let pixel = 0; pixel < inside.length; pixel++) {
    const stands = isOpaque ? Math.abs(lumaOf(pixel) - ground) > 90 : data[4 * pixel + 3]! > 127;
    inside[pixel] = Number(stands);
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
