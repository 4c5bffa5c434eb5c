import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import type { LookMode } from "../../server/protocol/wall.ts";
import { CHANGES_ALLOWED, count, type Frame } from "../support/flash-checker.ts";
import {
  becomes,
  goLive,
  newDevice,
  playSong,
  startWall,
  takeWebGl,
  turnSafetyOff,
  type Wall,
} from "../support/pages.ts";
import { columnOf, edgeOf, PICTURE, type Picture, prepareRecording, record } from "../support/pictures.ts";
import { chord, strobe } from "../support/songs.ts";
import { setStage, sharePages } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });

/** The wall of all tests: one host, which is live with a song in a loop. Each test opens its own screens. */
let wall: Wall;

sharePages(browser, async () => {
  const host = await newDevice(browser);
  // The console draws the looks too, and would take the CPU from the screens that are tested.
  await takeWebGl(host);
  wall = await startWall(host, server.url);
  await wall.host.setViewportSize({ width: 1_280, height: 900 });
  await playSong(wall.host, chord(20));
  await wall.host.getByTestId("loop").click();
  await goLive(wall.host);
});

afterEach(async () => {
  const contexts = browser.contexts().filter((context) => context !== wall.host.context());
  await Promise.all(contexts.map((context) => context.close()));
  // The places of closed screens would remain in the wall.
  await screensPresent(0);
  await wall.host.getByTestId("remove-all").click();
  await expect.poll(() => wall.host.locator(".screen").count()).toBe(0);
  // A test that has failed may leave the screens frozen.
  const freeze = wall.host.getByTestId("text-freeze");
  if ((await freeze.getAttribute("aria-pressed")) === "true") await freeze.click();
});

/** Broadcasts another song. */
async function play(song: string): Promise<void> {
  await playSong(wall.host, song);
  await expect.poll(() => wall.host.getByTestId("title").innerText()).toBe(basename(song, ".wav"));
}

/** Sets the mode of all screens. */
async function setMode(mode: LookMode): Promise<void> {
  await wall.host.getByTestId("look").selectOption(mode, { force: true });
}

/** Waits until the console shows this many screens as present. */
async function screensPresent(screens: number): Promise<void> {
  await expect.poll(() => wall.host.locator('.screen[data-present="true"]').count()).toBe(screens);
}

/**
 * Opens a screen and waits until it shows its mode. The screen is small, so that a CPU can draw each frame.
 * @param webgl whether the page has WebGL
 * @param spans how many places the screen covers from the left edge of the wall on; 0 for its own place
 */
async function openScreen({ webgl = true, width = 192, height = 108, spans = 0 } = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height } });
  await prepareRecording(context, Math.max(spans, 1));
  const screen = await context.newPage();
  if (!webgl) await takeWebGl(screen);
  if (spans > 0) await widenPlace(screen, spans);
  await screen.goto(`${server.url}/w/${wall.code}?palette=ocean`);
  await screen.locator(".look:not([hidden])").waitFor({ timeout: 20_000 });
  await becomes(screen, "live", 20_000);
  return screen;
}

/** Changes the place that the server sends to a page: `width` places from the left edge of the wall. */
async function widenPlace(screen: Page, width: number): Promise<void> {
  await screen.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => {
      // Encoded frames are binary.
      if (typeof text !== "string") {
        socket.send(text);
        return;
      }
      const message = JSON.parse(text);
      if (message.type === "place")
        Object.assign(message.screen, { x: message.extent.x, y: message.extent.y, width });
      socket.send(JSON.stringify(message));
    });
  });
}

const PIXELS = PICTURE.width * PICTURE.height;
/**
 * One of this many pixels is checked, because the checker compares each frame of a second with every other.
 * The checked pixels are spread over all columns.
 */
const PIXEL_STRIDE = 29;

/** Waits until the levels of a steady sound have come to rest in a picture that moves. */
const settle = () => delay(1_000);

/** Waits until a screen paints the same picture in every frame of half a second; resolves to that picture. */
async function stillPicture(screen: Page): Promise<Picture> {
  let film: Picture[] = [];
  const change = async () => {
    film = await record(screen, 500, 5);
    return Math.max(...film.map(({ pixels }) => difference([...pixels], [...film[0]!.pixels])));
  };
  await expect.poll(change, { interval: 0 }).toBeLessThan(0.1);
  return film.at(-1)!;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function difference(a: readonly number[], b: readonly number[]): number {
  return average(a.map((value, n) => Math.abs(value - b[n]!)));
}

/** The brightest channel of each pixel of one place of a picture, column by column. */
function columnsOf(picture: Picture, from = 0): number[] {
  return Array.from({ length: PICTURE.width }, (_, n) => columnOf(picture, from + n)).flat();
}

function framesOf(film: readonly Picture[], pixel: number): Frame[] {
  return film.map(({ at, pixels }) => ({
    at,
    rgb: [pixels[4 * pixel]!, pixels[4 * pixel + 1]!, pixels[4 * pixel + 2]!],
  }));
}

test("rings are one picture across two screens, also if their shapes differ", async () => {
  await setMode("rings");
  const screens = [await openScreen(), await openScreen({ width: 132 })] as const;
  // A third screen covers the places of both.
  const both = await openScreen({ width: 384, spans: 2 });
  await screensPresent(3);
  await settle();
  await wall.host.getByTestId("text-freeze").click();
  const [left, right, whole] = await Promise.all([...screens, both].map(stillPicture));
  const halves = [columnsOf(whole!), columnsOf(whole!, PICTURE.width)] as const;
  const same = [difference(columnsOf(left!), halves[0]), difference(columnsOf(right!), halves[1])];
  const other = [difference(columnsOf(left!), halves[1]), difference(columnsOf(right!), halves[0])];
  expect(average(halves[0])).toBeGreaterThan(2);
  expect(Math.max(...same), `against ${other}`).toBeLessThan(Math.min(...other) / 2);
  // Rings cross the seam, and must meet there pixel for pixel.
  const seam = [await edgeOf(screens[0], "right"), await edgeOf(screens[1], "left")] as const;
  expect(Math.max(...seam[0])).toBeGreaterThan(30);
  const elsewhere = [8, 24, 40, 56].map((column) => difference(seam[0], columnOf(right!, column)));
  expect(difference(...seam), `elsewhere ${elsewhere}`).toBeLessThan(Math.max(average(elsewhere) / 2, 5));
});

test("a screen without WebGL draws nearly the same picture", async () => {
  await setMode("bars");
  const screens = [await openScreen({ webgl: false }), await openScreen()];
  await screensPresent(2);
  await settle();
  for (const screen of screens) {
    const [picture] = await record(screen, 500);
    expect(Math.max(...columnOf(picture!, 20), ...columnOf(picture!, 40))).toBeGreaterThan(60);
    const top = Array.from({ length: PICTURE.width }, (_, n) => columnOf(picture!, n)[0]!);
    expect(average(top), "the row above the bars").toBeLessThan(12);
  }
});

test("a screen shows one colour while its GPU context is lost, and its mode afterwards", async () => {
  await setMode("rings");
  const screen = await openScreen();
  await screen.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".look")!;
    const gl = canvas.getContext("webgl2")!.getExtension("WEBGL_lose_context")!;
    gl.loseContext();
    setTimeout(() => gl.restoreContext(), 1_500);
  });
  await screen.locator(".look[hidden]").waitFor({ state: "attached" });
  const solid = () =>
    screen.evaluate(() => {
      const pen = document.querySelector<HTMLCanvasElement>("#light")!.getContext("2d")!;
      return Math.max(...pen.getImageData(0, 0, 1, 1).data.slice(0, 3));
    });
  await expect.poll(solid).toBeGreaterThan(60);
  await screen.locator(".look:not([hidden])").waitFor();
  await expect.poll(solid).toBe(0);
});

test("a mode disappears while the song is paused", async () => {
  await setMode("rings");
  const screen = await openScreen();
  await wall.host.getByTestId("play").click();
  await screen.locator(".look[hidden]").waitFor({ state: "attached" });
  await wall.host.getByTestId("play").click();
  await screen.locator(".look:not([hidden])").waitFor();
  const [picture] = await record(screen, 1_000, 10);
  expect(picture).toBeDefined();
});

test("a screen limits the flashes of its picture until the host switches that off", async () => {
  await play(strobe(6, 20));
  await setMode("bars");
  const screen = await openScreen({ width: 160, height: 90 });
  await settle();
  const guarded = await record(screen, 1_400, 40);
  let worst = 0;
  for (let pixel = 0; pixel < PIXELS; pixel += PIXEL_STRIDE) {
    const { general, red } = count(framesOf(guarded, pixel));
    worst = Math.max(worst, general, red);
  }
  expect(worst).toBeLessThanOrEqual(CHANGES_ALLOWED);
  expect(worst, "the picture moves").toBeGreaterThan(0);

  await turnSafetyOff(wall.host);
  const unguarded = await record(screen, 1_400, 40);
  let flashing = 0;
  for (let pixel = 0; pixel < PIXELS && flashing <= CHANGES_ALLOWED; pixel++)
    flashing = count(framesOf(unguarded, pixel)).general;
  expect(flashing).toBeGreaterThan(CHANGES_ALLOWED);
});
