import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LookMode, Pattern } from "../../server/protocol/wall.ts";
import { bundleForPage } from "../support/bundle-for-page.ts";
import { launchChromium } from "../support/chromium.ts";
import { CHANGES_ALLOWED, count } from "../support/flash-checker.ts";
import type { Film } from "../support/look-films.ts";

/** The song's time at which films end, ms. */
const END = 6_600;

const MODES: LookMode[] = ["bars", "rings", "particles", "flow", "stencil", "picture"];

const browser = await launchChromium({});
let page: Page;

beforeAll(async () => {
  page = await browser.newPage();
  const script = await bundleForPage(fileURLToPath(new URL("../support/look-films.ts", import.meta.url)));
  await page.addScriptTag({ content: script });
});

afterAll(() => browser.close());

/** The last pictures of a film: four bytes a pixel. */
async function draw(film: Film): Promise<Uint8Array[]> {
  const pictures = await page.evaluate(
    (film) => (globalThis as unknown as { draw(film: Film): string[] }).draw(film),
    film,
  );
  return pictures.map((base64) => Buffer.from(base64, "base64"));
}

/** Times of frames in the last `ms` up to {@link END}, one every `apart` ms. */
function frames(ms: number, apart: number): number[] {
  const frames = Math.floor(ms / apart);
  return Array.from({ length: frames + 1 }, (_, n) => END - (frames - n) * apart);
}

const average = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

test.each(MODES.flatMap((mode) => [[mode, "spectrum"] as const, [mode, "ripple"] as const]))(
  "%s with %s are one picture on two screens, however often each of them paints",
  async (mode: LookMode, pattern: Pattern) => {
    const place = { x: 0, y: 0, width: 1, height: 1 };
    const [width, height] = [64, 36];
    const extent = { ...place, width: 2 };
    /** The last picture, as rows of the brightest channels of its pixels. */
    const last = async (area: Film["area"], apart: number) => {
      const columns = width * area.width;
      const size = { width: columns, height };
      // Only a flow remembers the last seconds.
      const times = frames(mode === "flow" ? 2_500 : 500, apart);
      const options = { keep: 1, webgl: true, limited: false };
      const film: Film = { mode, pattern, song: "waves", extent, area, ...size, times, ...options };
      const [bytes] = await draw(film);
      const brightest = (at: number) => Math.max(bytes![at]!, bytes![at + 1]!, bytes![at + 2]!);
      return Array.from({ length: height }, (_, row) =>
        Array.from({ length: columns }, (_, column) => brightest(4 * (row * columns + column))),
      );
    };
    const whole = await last(extent, 1_000 / 30);
    const left = await last(place, 1_000 / 12);
    // As a phone that is too slow for the mode.
    const right = await last({ ...place, x: 1 }, 500);

    const light = average(whole.flat());
    expect(light).toBeGreaterThan(8);
    /** How far a picture is from the part of the whole one that begins at a column. */
    const apart = (picture: number[][], from: number) =>
      average(picture.flatMap((row, y) => row.map((value, x) => Math.abs(value - whole[y]![from + x]!))));
    expect(apart(left, 0)).toBeLessThan(0.02 * light);
    expect(apart(right, width)).toBeLessThan(0.02 * light);
    // A picture of another part of the wall is much further away.
    expect(apart(left, width)).toBeGreaterThan(0.3 * light);
  },
);

test.each(MODES.flatMap((mode) => [[mode, true] as const, [mode, false] as const]))(
  "no pixel of %s flashes more often than allowed, but some would without the guard (WebGL: %s)",
  async (mode: LookMode, webgl: boolean) => {
    const place = { x: 0, y: 0, width: 1, height: 1 };
    const times = frames(1_800, 1_000 / 40);
    const size = { width: 24, height: 14 };
    /** The most changes of a pixel within a second. */
    const worst = async (limited: boolean) => {
      const drawing = { keep: times.length, webgl, limited };
      const paint = { mode, pattern: "spectrum", song: "strobe" } as const;
      const pictures = await draw({ ...paint, extent: place, area: place, ...size, times, ...drawing });
      return Array.from({ length: size.width * size.height }, (_, pixel) => {
        const film = pictures.map((bytes, n) => {
          const [r, g, b] = bytes.subarray(4 * pixel);
          return { at: times[n]!, rgb: [r!, g!, b!] as const };
        });
        const { general, red } = count(film);
        return Math.max(general, red);
      }).reduce((most, changes) => Math.max(most, changes));
    };
    const guarded = await worst(true);
    expect(guarded).toBeLessThanOrEqual(CHANGES_ALLOWED);
    expect(guarded, "the picture moves").toBeGreaterThan(1);
    expect(await worst(false)).toBeGreaterThan(CHANGES_ALLOWED);
  },
);
