import type { BrowserContext, Page } from "playwright-core";

/**
 * Width and height to which recorded pictures are brought, point by point: every one is a painted pixel.
 * Where a picture spans screens, so wide for each of them.
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
}

/** A picture as pages note it: when, and its bytes in base64, which is handed over in no time. */
type Noted = [at: number, pixels: string];

/** What pages keep for those who look at them. */
interface Recorder {
  film?: Noted[];
  /** Bytes of the first and the last column of painted pixels of each frame, while it is there. */
  edges?: [left: string, right: string];
}

/**
 * Lets pages of a context record the pictures of their looks. Call it before they are opened.
 * @param screens that a picture spans
 */
export async function prepareRecording(context: BrowserContext, screens = 1): Promise<void> {
  await context.addInitScript(
    (size) => {
      const page = globalThis as unknown as Recorder;
      const small = new OffscreenCanvas(size.width, size.height);
      const pen = small.getContext("2d", { willReadFrequently: true })!;
      pen.imageSmoothingEnabled = false;
      const request = globalThis.requestAnimationFrame;
      // In the task that paints: later a WebGL canvas is empty again.
      globalThis.requestAnimationFrame = (callback) =>
        request((now) => {
          callback(now);
          const look = document.querySelector<HTMLCanvasElement>(".look");
          if (!look || look.hidden) return;
          const read = (from: number, wide: number, width: number) => {
            pen.drawImage(look, from, 0, wide, look.height, 0, 0, width, size.height);
            return btoa(String.fromCharCode(...pen.getImageData(0, 0, width, size.height).data));
          };
          const at = Date.now() - performance.now() + now;
          page.film?.push([at, read(0, look.width, size.width)]);
          if (page.edges) page.edges = [read(0, 1, 1), read(look.width - 1, 1, 1)];
        });
    },
    { ...PICTURE, width: PICTURE.width * screens },
  );
}

/** Records for so many ms, and until there are so many frames, at most four times as long. */
export async function record(page: Page, ms: number, frames = 1): Promise<Picture[]> {
  const film = await page.evaluate(
    async ({ ms, frames }) => {
      const page = globalThis as unknown as Recorder;
      const film: Noted[] = [];
      page.film = film;
      const begun = performance.now();
      const goesOn = (elapsed: number) => elapsed < ms || (film.length < frames && elapsed < 4 * ms);
      while (goesOn(performance.now() - begun)) await new Promise((resolve) => setTimeout(resolve, 50));
      delete page.film;
      return film;
    },
    { ms, frames },
  );
  return film.map(([at, noted]) => {
    const pixels = bytesOf(noted);
    return { at, width: pixels.length / 4 / PICTURE.height, pixels };
  });
}

/** The brightest channel of every pixel of a column, from the top. */
export function columnOf({ pixels, width }: Picture, column: number): number[] {
  return Array.from({ length: PICTURE.height }, (_, row) => brightest(pixels, row * width + column));
}

/** The same of the very first or last column of painted pixels, in the next frame. */
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
