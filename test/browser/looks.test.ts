import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { SceneMode } from "../../server/protocol/wall.ts";
import { CHANGES_ALLOWED, count, type Frame } from "../support/flash-checker.ts";
import { becomes, goLive, newDevice, startWall, turnSafetyOff } from "../support/pages.ts";
import { columnOf, edgeOf, PICTURE, type Picture, prepareRecording, record } from "../support/pictures.ts";
import { chord, type SongFile, strobe } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

const MODES = ["bars", "rings", "particles"] as const satisfies SceneMode[];

/** A live wall with this song, in which all screens look like this. */
async function startSong(song: SongFile, mode: SceneMode) {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  await host.setViewportSize({ width: 1_280, height: 900 });
  await host.getByTestId("look").selectOption(mode);
  await host.getByTestId("file").setInputFiles(song);
  await host.getByTestId("loop").click();
  await host.getByTestId("volume").fill("1");
  await goLive(host);
  return { host, code };
}

/**
 * Opens a screen and waits for its look, without WebGL if there is to be none. One that `spans` places is
 * told that it has so many from the wall's left edge on. It is small, to be drawn at its full rate on a CPU.
 */
async function openLook(
  code: string,
  { webgl = true, width = 320, height = 180, spans = 0 } = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height } });
  await prepareRecording(context, Math.max(spans, 1));
  if (!webgl) {
    await context.addInitScript(() => {
      const get = HTMLCanvasElement.prototype.getContext as (...args: unknown[]) => unknown;
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
        return args[0] === "webgl2" ? null : get.apply(this, args);
      } as typeof HTMLCanvasElement.prototype.getContext;
    });
  }
  const screen = await context.newPage();
  if (spans > 0) await giveSpan(screen, spans);
  await screen.goto(`${server.url}/w/${code}?palette=ocean`);
  await screen.locator("#tap").click();
  await screen.locator(".look:not([hidden])").waitFor({ timeout: 20_000 });
  await becomes(screen, "live", 20_000);
  return screen;
}

/** Tells a screen that its place is the wall's first so many. */
async function giveSpan(screen: Page, width: number): Promise<void> {
  await screen.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => {
      const message = JSON.parse(String(text));
      if (message.type === "place")
        Object.assign(message.screen, { x: message.extent.x, y: message.extent.y, width });
      socket.send(JSON.stringify(message));
    });
  });
}

const PIXELS = PICTURE.width * PICTURE.height;
/**
 * The checker compares each frame of a second with every other, so one pixel of so many, spread over all
 * columns, will do.
 */
const LOOKED_AT = 29;

/** Levels that have come to rest. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 2_000));

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function difference(a: readonly number[], b: readonly number[]): number {
  return average(a.map((value, n) => Math.abs(value - b[n]!)));
}

function framesOf(film: readonly Picture[], pixel: number): Frame[] {
  return film.map(({ at, pixels }) => ({
    at,
    rgb: [pixels[4 * pixel]!, pixels[4 * pixel + 1]!, pixels[4 * pixel + 2]!],
  }));
}

test("each look is one picture over two screens, also where they have different shapes", async () => {
  const { host, code } = await startSong(chord(20), MODES[0]);
  const screens = [await openLook(code), await openLook(code, { width: 220 })] as const;
  // A third is shown both places at once.
  const both = await openLook(code, { width: 640, spans: 2 });
  await expect.poll(() => host.locator('.screen[data-present="true"]').count()).toBe(3);
  for (const mode of MODES) {
    await host.getByTestId("look").selectOption(mode);
    await settled();
    await host.getByTestId("text-freeze").click();
    await Promise.all([...screens, both].map((screen) => screen.locator(".look:not([hidden])").waitFor()));
    await settled();
    const [left, right, whole] = (
      await Promise.all([...screens, both].map((screen) => record(screen, 400)))
    ).map((film) => film.at(-1)!);
    const columns = (picture: Picture, from = 0) =>
      Array.from({ length: PICTURE.width }, (_, n) => columnOf(picture, from + n)).flat();
    const halves = [columns(whole!), columns(whole!, PICTURE.width)] as const;
    const same = [difference(columns(left!), halves[0]), difference(columns(right!), halves[1])];
    const other = [difference(columns(left!), halves[1]), difference(columns(right!), halves[0])];
    expect(average(halves[0]), `${mode}: there is light`).toBeGreaterThan(2);
    expect(Math.max(...same), `${mode} against ${other}`).toBeLessThan(Math.min(...other) / 2);
    if (mode !== "bars") {
      // Bars end before the seam; what crosses it must meet, pixel for pixel.
      const seam = [await edgeOf(screens[0], "right"), await edgeOf(screens[1], "left")] as const;
      expect(Math.max(...seam[0]), `${mode}: there is light at the seam`).toBeGreaterThan(30);
      const elsewhere = [8, 24, 40, 56].map((column) => difference(seam[0], columnOf(right!, column)));
      const most = Math.max(average(elsewhere) / 2, 5);
      expect(difference(...seam), `${mode}, elsewhere ${elsewhere}`).toBeLessThan(most);
    }
    await host.getByTestId("text-freeze").click();
  }
});

test.each(MODES)(
  "%s flash no more than they may on any pixel, and would without the guard",
  async (mode) => {
    const { host, code } = await startSong(strobe(6, 20), mode);
    // Small, to be drawn at its full rate on a CPU.
    const screen = await openLook(code, { width: 160, height: 90 });
    await settled();
    const tamed = await record(screen, 2_500, 40);
    expect(tamed.length).toBeGreaterThan(30);
    let worst = 0;
    for (let pixel = 0; pixel < PIXELS; pixel += LOOKED_AT) {
      const { general, red } = count(framesOf(tamed, pixel));
      worst = Math.max(worst, general, red);
    }
    expect(worst).toBeLessThanOrEqual(CHANGES_ALLOWED);
    expect(worst, "it dances").toBeGreaterThan(2);

    await turnSafetyOff(host);
    const film = await record(screen, 2_500, 40);
    let flashing = 0;
    for (let pixel = 0; pixel < PIXELS && flashing <= CHANGES_ALLOWED; pixel++) {
      flashing = count(framesOf(film, pixel)).general;
    }
    expect(flashing).toBeGreaterThan(CHANGES_ALLOWED);
  },
  120_000,
);

test("there is a look without WebGL, and it is much the same", async () => {
  const { host, code } = await startSong(chord(20), "bars");
  const plain = await openLook(code, { webgl: false });
  const rich = await openLook(code);
  await expect.poll(() => host.locator('.screen[data-present="true"]').count()).toBe(2);
  await settled();
  for (const screen of [plain, rich]) {
    const [picture] = await record(screen, 500);
    expect(Math.max(...columnOf(picture!, 20), ...columnOf(picture!, 40))).toBeGreaterThan(60);
    // Dark above the bars.
    expect(average(Array.from({ length: PICTURE.width }, (_, n) => columnOf(picture!, n)[0]!))).toBeLessThan(
      12,
    );
  }
});

test("a screen that loses its GPU shows solid light, and its look again when it has it back", async () => {
  const { code } = await startSong(chord(20), "rings");
  const screen = await openLook(code);
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

test("a look goes dark with the song, and comes back with it", async () => {
  const { host, code } = await startSong(chord(20), "rings");
  const screen = await openLook(code);
  await host.keyboard.press("Space");
  await screen.locator(".look[hidden]").waitFor({ state: "attached" });
  await host.keyboard.press("Space");
  await screen.locator(".look:not([hidden])").waitFor();
  const [picture] = await record(screen, 1_000, 10);
  expect(picture).toBeDefined();
});
