import type { BrowserContext, Page } from "playwright-core";

/**
 * Width and height of recorded pictures. They are scaled down by picking pixels, without interpolation. A
 * picture that spans several places has this width for each of them.
 */
export const PICTURE = { width: 64, height: 36 };

/** A painted frame of a screen, scaled down. */
export interface Picture {
  /** Start of the frame, ms as of `Date.now()`. */
  at: number;
  /** Width in pixels. */
  width: number;
  /** Four bytes for each pixel, row by row. */
  pixels: Uint8ClampedArray;
}

/** A picture as a page records it. Its bytes are in base64, which Playwright transfers fast. */
type Recorded = [at: number, pixels: string];

/** Global variables of a page that records. */
interface Recorder {
  film?: Recorded[];
  /** Bytes of the first and the last column of the last painted frame, while set. */
  edges?: [left: string, right: string];
}

/**
 * Prepares the pages of a context for recording. Call it before they are opened.
 * @param screens how many places a picture spans
 */
export async function prepareRecording(context: BrowserContext, screens = 1): Promise<void> {
  await context.addInitScript(
    (size) => {
      const page = globalThis as unknown as Recorder;
      const small = new OffscreenCanvas(size.width, size.height);
      const pen = small.getContext("2d", { willReadFrequently: true })!;
      pen.imageSmoothingEnabled = false;
      const request = globalThis.requestAnimationFrame;
      // Reads in the task that paints: afterwards a WebGL canvas is empty.
      globalThis.requestAnimationFrame = (callback) =>
        request((now) => {
          callback(now);
          const canvas = document.querySelector<HTMLCanvasElement>(".look");
          if (!canvas || canvas.hidden) return;
          const read = (from: number, wide: number, width: number) => {
            pen.drawImage(canvas, from, 0, wide, canvas.height, 0, 0, width, size.height);
            return btoa(String.fromCharCode(...pen.getImageData(0, 0, width, size.height).data));
          };
          const at = Date.now() - performance.now() + now;
          page.film?.push([at, read(0, canvas.width, size.width)]);
          if (page.edges) page.edges = [read(0, 1, 1), read(canvas.width - 1, 1, 1)];
        });
    },
    { ...PICTURE, width: PICTURE.width * screens },
  );
}

/** Records for `ms`, or longer until there are `frames` frames, but at most four times as long. */
export async function record(page: Page, ms: number, frames = 1): Promise<Picture[]> {
  const film = await page.evaluate(
    async ({ ms, frames }) => {
      const page = globalThis as unknown as Recorder;
      const film: Recorded[] = [];
      page.film = film;
      const begun = performance.now();
      const isRecording = (elapsed: number) => elapsed < ms || (film.length < frames && elapsed < 4 * ms);
      while (isRecording(performance.now() - begun)) await new Promise((resolve) => setTimeout(resolve, 50));
      delete page.film;
      return film;
    },
    { ms, frames },
  );
  return film.map(([at, base64]) => {
    const pixels = bytesOf(base64);
    return { at, width: pixels.length / 4 / PICTURE.height, pixels };
  });
}

/** The brightest channel of each pixel of a column, from top to bottom. */
export function columnOf({ pixels, width }: Picture, column: number): number[] {
  return Array.from({ length: PICTURE.height }, (_, row) => brightest(pixels, row * width + column));
}

/** The same for the first or last column of the canvas itself, in the next frame. */
export async function edgeOf(page: Page, side: "left" | "right"): Promise<number[]> {
  const edges = await page.evaluate(async () => {
    const page = globalThis as unknown as Recorder;
    page.edges = ["", ""];
    while (page.edges[0] === "") await new Promise(requestAnimationFrame);
    const { edges } = page;
    delete page.edges;
    return edges;
  });
  const pixels = bytesOf(edges[side === "left" ? 0 : 1]);
  return Array.from({ length: PICTURE.height }, (_, row) => brightest(pixels, row));
}

function bytesOf(base64: string): Uint8ClampedArray {
  return Uint8ClampedArray.from(Buffer.from(base64, "base64"));
}

function brightest(pixels: Uint8ClampedArray, pixel: number): number {
  return Math.max(pixels[4 * pixel]!, pixels[4 * pixel + 1]!, pixels[4 * pixel + 2]!);
}
