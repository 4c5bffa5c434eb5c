import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { becomesLit, goLive, newDevice, openPanel, openScreen, startWall } from "../support/pages.ts";
import { type Seen, seen, told, watchPictures } from "../support/picture-listener.ts";
import { ServerProcess } from "../support/server-process.ts";
import { tone } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

/** Eight seconds of a test card of 320 × 180 pixels, with a tone of 1 kHz; made by ffmpeg. */
const FILM = film("test-card.webm");
/** The first four of them without an index and without a duration, as browsers record. */
const RECORDING = film("recording.webm");

const { server, browser } = await setStage({
  kiosk: true,
  captures: "microphone",
  env: { PICTURE_RATE_MAX: "4000" },
});

function film(name: string): string {
  return fileURLToPath(new URL(`../fixtures/films/${name}`, import.meta.url));
}

/** Counts a page's offers, and keeps its connections. */
const WATCH_OFFERS = `{
  const Connection = RTCPeerConnection;
  Object.assign(globalThis, { connections: [], offers: 0 });
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(...options) {
      super(...options);
      connections.push(this);
    }
    createOffer(...options) {
      offers += 1;
      return super.createOffer(...options);
    }
  };
}`;

/** For each layer whether the page sends it. */
const LAYERS = `connections.at(-1).getStats().then((stats) =>
  [...stats.values()].filter(({ type, kind }) => type === "outbound-rtp" && kind === "video")
    .map(({ framesEncoded }) => framesEncoded > 10))`;

let host: Page;
let code: string;
let listener: Page;

beforeEach(async () => {
  const page = await newDevice(browser, { width: 1_280, height: 900 });
  await page.addInitScript(WATCH_OFFERS);
  ({ host, code } = await startWall(page, server.url));
  await openPanel(host, "songs");
  await host.getByTestId("pictures").click();
});

/** Goes live with a song, and watches the wall. */
async function begin(): Promise<void> {
  await host.getByTestId("file").setInputFiles(tone(1_000, 60, -12));
  await goLive(host);
  await watch();
}

async function watch(): Promise<void> {
  listener = await newDevice(browser);
  await listener.goto(`${server.url}/check`);
  await watchPictures(listener, code);
}

const choose = (source: string) => host.getByTestId(`picture-${source}`).click();
const state = () => host.getByTestId("picture-state").innerText();
const look = () => host.getByTestId("look").inputValue();
const toldPicture = async () => (await told(listener)).picture;

/** Waits until the listener has decoded more pictures than before. */
async function pictureComes(more = 20): Promise<Seen> {
  const { decoded } = await seen(listener);
  await expect
    .poll(async () => (await seen(listener)).decoded, { timeout: 20_000 })
    .toBeGreaterThan(decoded + more);
  return seen(listener);
}

test("camera, screen and off again come and go on the connection that is there", async () => {
  await begin();
  expect((await seen(listener)).decoded).toBe(0);
  expect(await host.evaluate("offers")).toBe(1);
  expect(await look()).toBe("");

  await choose("camera");
  const low = await pictureComes();
  expect(await toldPicture()).toBe("camera");
  expect(low.width).toBeLessThanOrEqual(320);
  expect(await state()).toContain("gets this picture");
  expect(await look()).toBe("picture");
  await expect.poll(() => host.evaluate(LAYERS), { timeout: 20_000 }).toEqual([true, true]);

  await choose("screen");
  await expect.poll(() => host.getByTestId("picture-screen").getAttribute("aria-pressed")).toBe("true");
  await expect.poll(toldPicture).toBe("screen");
  await pictureComes();

  await choose("off");
  await expect.poll(toldPicture).toBeUndefined();
  await expect.poll(look).toBe("");
  const { decoded } = await seen(listener);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect((await seen(listener)).decoded - decoded).toBeLessThan(30);
  expect(await host.evaluate("offers")).toBe(1);
}, 90_000);

test("a film is a song whose pictures are seen, also while it pauses; other songs end them", async () => {
  await host.getByTestId("file").setInputFiles([FILM]);
  await host.getByTestId("loop").click();
  await goLive(host);
  await watch();
  await expect.poll(() => host.getByTestId("duration").textContent()).toBe("0:08");
  const { width } = await pictureComes();
  expect(width).toBe(320);
  expect(await toldPicture()).toBe("film");
  expect(await look()).toBe("picture");

  await host.getByTestId("play").click();
  await expect.poll(async () => (await told(listener)).playing).toBe(false);
  await pictureComes(6);
  await host.getByTestId("play").click();
  await pictureComes();

  await host.getByTestId("file").setInputFiles([tone(1_000, 60, -12)]);
  await host.getByTestId("next-song").click();
  await expect.poll(toldPicture).toBeUndefined();
  await expect.poll(look).toBe("");
  await host.getByTestId("previous-song").click();
  await expect.poll(toldPicture).toBe("film");
  await pictureComes();

  await choose("off");
  await expect.poll(toldPicture).toBeUndefined();
  await choose("film");
  await expect.poll(toldPicture).toBe("film");
}, 90_000);

test("a recording without a duration is a film all the same", async () => {
  await host.getByTestId("file").setInputFiles([RECORDING]);
  await host.getByTestId("loop").click();
  await goLive(host);
  await watch();
  await pictureComes();
  expect(await host.getByTestId("duration").textContent()).toBe("0:04");
  expect(await toldPicture()).toBe("film");
}, 60_000);

test("the look of before comes back by the press that the console offers", async () => {
  await begin();
  await openPanel(host, "light");
  await host.getByTestId("look").selectOption("rings");
  await openPanel(host, "songs");
  await choose("camera");
  await host.getByTestId("picture-undo").click();
  expect(await look()).toBe("rings");
  expect(await host.getByTestId("picture-is-new").count()).toBe(0);
  await pictureComes();
  await choose("off");
  await expect.poll(toldPicture).toBeUndefined();
  expect(await look()).toBe("rings");
}, 60_000);

test("a look of before comes back when the host's page is loaded anew, which ends the picture", async () => {
  await begin();
  await choose("camera");
  await pictureComes();
  expect(await look()).toBe("picture");
  await host.reload();
  await expect.poll(() => host.locator("html").getAttribute("data-state")).toBe("ready");
  await openPanel(host, "light");
  await expect.poll(look).toBe("");
}, 60_000);

test("another camera takes the place of the first one on the same connection", async () => {
  await begin();
  await choose("camera");
  await pictureComes();
  const device = host.getByTestId("picture-device");
  await expect.poll(() => device.locator("option").count()).toBe(2);
  const first = await device.inputValue();
  await device.selectOption({ index: 1 });
  await expect.poll(() => device.inputValue()).not.toBe(first);
  await pictureComes();
  expect(await toldPicture()).toBe("camera");
  expect(await host.evaluate("offers")).toBe(1);
}, 60_000);

test("a screen shows the whole picture, which can be undone", async () => {
  await begin();
  await choose("camera");
  await expect.poll(look).toBe("picture");
  await host.locator(".screen").first().click();
  const whole = host.getByTestId("whole-picture");
  await whole.check();
  await host.getByTestId("close-screen").click();
  expect(await host.getByTestId("undo").getAttribute("aria-label")).toContain("picture of Screen 1");
  await host.getByTestId("undo").click();
  await host.locator(".screen").first().click();
  expect(await whole.isChecked()).toBe(false);
}, 60_000);

test("everyone is told that the host has muted its microphone", async () => {
  await begin();
  await host.getByTestId("sources").click();
  await host.getByTestId("source-microphone").click();
  await host.getByTestId("mute").click();
  await expect.poll(async () => (await told(listener)).muted).toBe(true);
  await expect.poll(() => host.getByTestId("meter").getAttribute("aria-valuenow")).toBe("0");
  await host.getByTestId("mute").click();
  await expect.poll(async () => (await told(listener)).muted).toBeUndefined();
  await host.getByTestId("mute").click();
  await host.getByTestId("source-songs").click();
  await expect.poll(async () => (await told(listener)).muted).toBeUndefined();
}, 60_000);

test("a window in which nothing moves is sent each second, until its sharing ends", async () => {
  const other = await launchChromium({ kiosk: true, captures: "tab" });
  onTestFinished(() => other.close());
  ({ host, code } = await startWall(await newDevice(other, { width: 1_280, height: 900 }), server.url));
  await openPanel(host, "songs");
  await host.getByTestId("pictures").click();
  await begin();
  const tab = await host.context().newPage();
  await tab.goto(server.url);
  await tab.evaluate(() => {
    document.title = "Shared";
    document.body.replaceChildren("Nothing moves.");
  });
  await host.bringToFront();
  await choose("screen");
  await pictureComes(1);
  const { decoded } = await seen(listener);
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  expect((await seen(listener)).decoded - decoded).toBeGreaterThanOrEqual(5);
  await tab.close();
  await host.getByTestId("picture-problem").getByText("Sharing has ended").waitFor();
  expect(await host.getByTestId("picture-off").getAttribute("aria-pressed")).toBe("true");
  await expect.poll(toldPicture).toBeUndefined();
}, 90_000);

test("where a server forwards no pictures, the console says so, and the sound is as always", async () => {
  const plain = await ServerProcess.start({ PICTURE_RATE_MAX: "0" });
  onTestFinished(() => plain.close());
  ({ host, code } = await startWall(await newDevice(browser, { width: 1_280, height: 900 }), plain.url));
  await openPanel(host, "songs");
  await host.getByTestId("pictures").click();
  await choose("camera");
  await expect.poll(state).toContain("when you are live");
  await host.getByTestId("file").setInputFiles([FILM]);
  await goLive(host);
  await expect.poll(state).toContain("forwards no pictures");
  expect(await host.getByTestId("picture-camera").isDisabled()).toBe(true);
  expect(await host.getByTestId("picture-preview").count()).toBe(0);
  expect(await look()).toBe("");
  await becomesLit(await openScreen(browser, plain.url, code));
}, 60_000);

test("without https there are films, and the console says why there is no more", async () => {
  const other = await launchChromium({ kiosk: true, plainName: "wall.test" });
  onTestFinished(() => other.close());
  const url = `http://wall.test:${server.port}`;
  ({ host, code } = await startWall(await newDevice(other, { width: 1_280, height: 900 }), url));
  await openPanel(host, "songs");
  await host.getByTestId("pictures").click();
  expect(await host.getByTestId("picture-camera").isDisabled()).toBe(true);
  expect(await host.getByTestId("picture-screen").isDisabled()).toBe(true);
  await host.getByText("only to pages with https. Films work here too.").waitFor();
  await host.getByTestId("file").setInputFiles([FILM]);
  await host.getByTestId("loop").click();
  await goLive(host);
  await watch();
  await pictureComes();
}, 60_000);
