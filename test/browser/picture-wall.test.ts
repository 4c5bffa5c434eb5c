import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { type FilmHost, startFilm } from "../support/film-host.ts";
import { openReader, record, skewOf } from "../support/film-screens.ts";
import { PIXEL, read } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

const PLAIN_NAME = "wall.test";
/** A wall delay that all screens of a busy machine keep, ms. */
const DELAY_MS = 1_000;
/** How often the figure is taken until it is met. */
const ATTEMPTS = 4;
/** Pictures a second. */
const RATE = 12;
const PLACES = [
  { x: 100, y: 100 },
  { x: 101, y: 100 },
  { x: 100, y: 101 },
  { x: 101, y: 101 },
];
const AS_IT_IS = { fit: "fill", turn: 0, bezel: 0, moves: "none" } as const;

let server: ServerProcess;
let browser: Browser;
let host: FilmHost;
let screens: Page[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([
    ServerProcess.start({ PICTURE_RATE_MAX: "4000" }),
    launchChromium({ kiosk: true, plainName: PLAIN_NAME }),
  ]);
  host = await startFilm(browser, server.url, RATE);
  await host.send({ type: "set-delay", delayMs: DELAY_MS });
  await host.show({ mode: "picture", safety: "off", gainDb: 0, picture: AS_IT_IS });
}, 60_000);

afterEach(async () => {
  await Promise.all(screens.map((screen) => screen.context().close()));
  screens = [];
  await host.show({ picture: AS_IT_IS });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  expect(server.errors).toEqual([]);
});

/** Opens screens that read what they show, and arranges them. */
async function open(
  places: Parameters<FilmHost["arrange"]>[0],
  name = "127.0.0.1",
  options: Parameters<typeof openReader>[2] = {},
): Promise<void> {
  const before = await host.page.evaluate<number>("host.screens.length");
  const address = `http://${name}:${server.port}/w/${host.code}`;
  for (const _ of places) screens.push(await openReader(browser, address, options));
  const present = () => host.page.evaluate<number>("host.screens.length");
  await expect.poll(present, { timeout: 20_000 }).toBe(before + places.length);
  await host.arrange(places);
}

/** The quarters that the screens show, one after the other; -1 where none can be read. */
async function quarters(): Promise<number[]> {
  const all = await record(screens, 400);
  return all.map((showed) => showed.findLast(({ number }) => number >= 0)?.quarter ?? -1);
}

/**
 * Waits until the screens show the same picture, give or take one, at this share of the instants of a time. A
 * machine that does something else for a moment makes screens late, however well they keep time.
 */
async function keepTogether(least: number, ms: number): Promise<void> {
  // Until then the browsers keep pictures for as long as they should.
  await record(screens, 4_000);
  for (let attempt = 1; ; attempt++) {
    const skew = skewOf(await record(screens, ms));
    const isKept = skew.instants > ms / 400 && skew.pictures > 10 && skew.within >= least;
    if (isKept) return;
    if (attempt === ATTEMPTS) expect.fail(JSON.stringify(skew));
  }
}

test.each([
  ["a secure origin", "127.0.0.1", false],
  ["plain HTTP", PLAIN_NAME, false],
  ["plain HTTP without WebGL", PLAIN_NAME, true],
])(
  "on %s four screens show their quarters of the same picture",
  async (_name, name, plain) => {
    await open(PLACES, name, { plain });
    await expect.poll(quarters, { timeout: 40_000 }).toEqual([0, 1, 2, 3]);
    await keepTogether(0.95, 8_000);
  },
  180_000,
);

test.each([
  ["that give no track to pages", ["MediaStreamTrackProcessor"], 0.9],
  // These paint each picture when it is decoded.
  ["that keep no picture", ["MediaStreamTrackProcessor", "VideoFrame"], 0.4],
  ["before Chromium 141, which give all encoded frames or none", ["RTCRtpScriptTransform"], 0.95],
])(
  "browsers %s show the picture too",
  async (_name, without, least) => {
    await open([PLACES[0]!, PLACES[3]!], "127.0.0.1", { without });
    await expect.poll(quarters, { timeout: 40_000 }).toEqual([0, 3]);
    await keepTogether(least, 4_000);
  },
  120_000,
);

test("a picture is turned over the whole wall, and one screen may show all of it", async () => {
  await open(PLACES);
  await expect.poll(quarters, { timeout: 40_000 }).toEqual([0, 1, 2, 3]);
  await host.show({ picture: { ...AS_IT_IS, fit: "stretch", turn: 180 } });
  // The blocks of a quarter are upside down, so its number cannot be read, but where it is dark can.
  const corner = async (screen: Page) => (await record([screen], 300))[0]!.at(-1)!.number;
  const upright = await Promise.all(screens.map(corner));
  await host.show({ picture: AS_IT_IS });
  await expect.poll(quarters, { timeout: 20_000 }).toEqual([0, 1, 2, 3]);
  expect(upright).not.toEqual(await Promise.all(screens.map(corner)));
});

test("a screen that shows the whole picture reads what the first of four does", async () => {
  await open([PLACES[0]!, { ...PLACES[3]!, wholePicture: true }], "127.0.0.1", { whole: true });
  const [, last] = screens;
  // It reads the upper left quarter of what it shows.
  await expect
    .poll(async () => (await record([last!], 400))[0]!.at(-1)?.quarter, { timeout: 40_000 })
    .toBe(0);
});

test("without a picture the screen is lit as usual", async () => {
  await open([PLACES[0]!], "127.0.0.1", { whole: true });
  await expect.poll(quarters, { timeout: 40_000 }).toEqual([0]);
  await host.film(false);
  const [screen] = screens as [Page];
  const isDrawn = () => read<boolean>(screen, "!document.querySelector('.look').hidden");
  await expect.poll(isDrawn, { timeout: 10_000 }).toBe(false);
  await expect.poll(() => read(screen, PIXEL), { timeout: 10_000 }).not.toBe("rgb(0 0 0)");
  await host.film(true);
  await expect.poll(isDrawn, { timeout: 20_000 }).toBe(true);
});
