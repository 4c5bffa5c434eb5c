import type { BrowserContext, Page } from "playwright-core";

/**
 * Width and height to which recorded pictures are brought, point by point: every one is a painted pixel. Where a picture
 * spans screens, so wide for each of them.
 */
export const PICTURE = { width: 64, height: 36 };

/** A picture that a screen has painted. */
export interface Picture {
  /** When its frame began, ms as `Date.now()` counts them. */
  at: number;
  /** In points. */
  width: number;
  /** Bytes, four a pixel, row by row. */
  pixels: Uint8ClampedArray;
  /** The same of the very first and last column of painted pixels, from the top. */
  edges: readonly [left: Uint8ClampedArray, right: Uint8ClampedArray];
}

/** A picture as pages note it: when, its bytes, and those of its edges. */
type Noted = [at: number, pixels: number[], left: number[], right: number[]];

/**
 * Lets pages of a context record the pictures of their looks. Call it before they are opened.
 * @param screens that a picture spans
 */
export async function prepareRecording(context: BrowserContext, screens = 1): Promise<void> {
  await context.addInitScript(
    (size) => {
      const page = globalThis as unknown as { film?: Noted[] };
      const small = new OffscreenCanvas(size.width, size.height);
      const pen = small.getContext("2d", { willReadFrequently: true })!;
      pen.imageSmoothingEnabled = false;
      const request = globalThis.requestAnimationFrame;
      // In the task that paints: later a WebGL canvas is empty again.
      globalThis.requestAnimationFrame = (callback) =>
        request((now) => {
          callback(now);
          const look = document.querySelector<HTMLCanvasElement>(".look");
          if (!page.film || !look || look.hidden) return;
          const bytesOf = (from: number, wide: number, width: number) => {
            pen.drawImage(look, from, 0, wide, look.height, 0, 0, width, size.height);
            return [...pen.getImageData(0, 0, width, size.height).data];
          };
          page.film.push([
            Date.now() - performance.now() + now,
            bytesOf(0, look.width, size.width),
            bytesOf(0, 1, 1),
            bytesOf(look.width - 1, 1, 1),
          ]);
        });
    },
    { ...PICTURE, width: PICTURE.width * screens },
  );
}

/** Records for so many ms, and until there are so many frames, at most four times as long. */
export async function record(page: Page, ms: number, frames = 1): Promise<Picture[]> {
  const film = await page.evaluate(
    async ({ ms, frames }) => {
      const page = globalThis as unknown as { film?: Noted[] };
      page.film = [];
      for (let round = 0; round < 4 && (round === 0 || page.film.length < frames); round++) {
        await new Promise((resolve) => setTimeout(resolve, ms));
      }
      const recorded = page.film;
      delete page.film;
      return recorded;
    },
    { ms, frames },
  );
  return film.map(([at, pixels, left, right]) => ({
    at,
    width: pixels.length / 4 / PICTURE.height,
    pixels: Uint8ClampedArray.from(pixels),
    edges: [Uint8ClampedArray.from(left), Uint8ClampedArray.from(right)],
  }));
}

/** The brightest channel of every pixel of a column, from the top. */
export function columnOf({ pixels, width }: Picture, column: number): number[] {
  return Array.from({ length: PICTURE.height }, (_, row) => brightest(pixels, row * width + column));
}

/** The same of an edge. */
export function edgeOf({ edges }: Picture, side: "left" | "right"): number[] {
  const pixels = edges[side === "left" ? 0 : 1];
  return Array.from({ length: PICTURE.height }, (_, row) => brightest(pixels, row));
}

function brightest(pixels: Uint8ClampedArray, pixel: number): number {
  return Math.max(pixels[4 * pixel]!, pixels[4 * pixel + 1]!, pixels[4 * pixel + 2]!);
}
