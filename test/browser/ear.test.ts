import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { Firefox, findFirefox, ownAddress } from "../support/firefox.ts";
import { becomes, goLive, newDevice, startWall } from "../support/pages.ts";
import type { WatchedPage } from "../support/painted.ts";
import { ServerProcess } from "../support/server-process.ts";
import { type EarLog, readEarLog, watchEar, watchEarScript } from "../support/watch-ear.ts";

/** Real music: the demo song. */
const SONG = fileURLToPath(new URL("../../static/demo-song.mp3", import.meta.url));
/** Beats that each page must have found. */
const BEATS = 6;
/** A name that is not this machine's own to a browser, so that its pages are not on a secure origin. */
const PLAIN_NAME = "wall.test";
/** Media time of a frame, ms. */
const FRAME_MS = 20;
/** After a frame that has not come, a decoder conceals it and then converges; ms. */
const TROUBLED_MS = 400;
/** Beats before this are not compared: a screen that came later does not know the second before. */
const BEATS_SETTLED_MS = 2_000;

/** The bins of 47 to 281 Hz. */
const RANGES = [{ first: 2, end: 12 }];

/** JavaScript that evaluates to how many beats of a page are late enough to be compared. */
const SETTLED_BEATS = `earLog.beats.filter((beat) => beat > earLog.heard[0][0] + ${BEATS_SETTLED_MS}).length`;

let server: ServerProcess;
let browser: Browser;
let firefox: Firefox | undefined;

beforeAll(async () => {
  const program = findFirefox();
  [server, browser, firefox] = await Promise.all([
    ServerProcess.start(),
    launchChromium({ plainName: PLAIN_NAME }),
    program ? Firefox.launch(program) : undefined,
  ]);
});

afterAll(async () => {
  await firefox?.close();
  await browser?.close();
  await server?.close();
  expect(server.errors).toEqual([]);
});

/** The media times near which frames of a page were lost, came late or came out of their order, ms. */
function troubles({ arrivals }: EarLog): number[] {
  return arrivals.flatMap(([media], n) => {
    const before = arrivals[n - 1]?.[0] ?? media - FRAME_MS;
    return Math.abs(media - before - FRAME_MS) < 1 ? [] : [Math.min(before, media)];
  });
}

/** @param without names of the window that the browser is not to have */
async function openPage(base: string, code: string, without: readonly string[] = []): Promise<Page> {
  const page = await newDevice(browser);
  await page.addInitScript(watchEar, RANGES);
  await page.addInitScript((names) => {
    for (const name of names) Reflect.deleteProperty(window, name);
  }, without);
  await page.goto(`${base}/w/${code}`);
  return page;
}

test("screens of any origin or browser hear the same numbers, also without WebRTC", async () => {
  const host = await newDevice(browser);
  const { code } = await startWall(host, server.url);
  await host.getByTestId("file").setInputFiles(SONG);
  await goLive(host);
  const plainUrl = `http://${PLAIN_NAME}:${server.port}`;
  const [one, two, plain, older, withoutWebRtc] = [
    await openPage(server.url, code),
    await openPage(server.url, code),
    await openPage(plainUrl, code),
    await openPage(server.url, code, ["RTCRtpScriptTransform"]),
    await openPage(plainUrl, code, ["RTCPeerConnection", "RTCRtpReceiver", "RTCRtpScriptTransform"]),
  ];
  const chromium = { one, two, plain, older, withoutWebRtc };
  for (const page of Object.values(chromium)) await becomes(page, "live", 20_000);
  expect(await one.evaluate("isSecureContext")).toBe(true);
  expect(await plain.evaluate("isSecureContext || 'AudioDecoder' in window")).toBe(false);
  await firefox?.watch(watchEarScript(RANGES));
  await firefox?.goto(`http://${ownAddress()}:${server.port}/w/${code}`);
  const others: Record<string, WatchedPage> = {
    two,
    plain,
    older,
    withoutWebRtc,
    ...(firefox && { firefox }),
  };
  for (const [name, page] of Object.entries(others)) {
    const beats = () => page.evaluate(SETTLED_BEATS);
    await expect.poll(beats, { message: name, timeout: 30_000 }).toBeGreaterThanOrEqual(BEATS);
  }

  for (const [name, page] of Object.entries(chromium)) {
    const { arrivals } = await readEarLog(page);
    expect(arrivals.at(-1)![2], name).toBe(name === "withoutWebRtc" ? "socket" : "udp");
  }
  const reference = await readEarLog(one);
  const levels = new Map(reference.heard.map(([media, , db]) => [media, db!]));
  for (const [name, page] of Object.entries(others)) {
    const log = await readEarLog(page);
    const { heard, beats } = log;
    const lost = [...troubles(reference), ...troubles(log)];
    const isTroubled = (media: number) =>
      lost.some((at) => media > at - FRAME_MS && media < at + TROUBLED_MS);
    // Of quieter sounds, coding noise decides.
    const both = heard.filter(([media, , db]) => levels.has(media) && db! > -60 && !isTroubled(media));
    expect(both.length, name).toBeGreaterThan(100);
    const away = both.map(([media, , db]) => Math.abs(db! - levels.get(media)!));
    // One decoder in many may have been stopped by a busy machine.
    expect(away.filter((db) => db > 0.1).length / away.length, name).toBeLessThan(0.03);
    const settled = beats.filter(
      (beat) => beat > heard[0]![0] + BEATS_SETTLED_MS && beat <= reference.beats.at(-1)!,
    );
    const shared = settled.filter((beat) => reference.beats.some((other) => Math.abs(other - beat) < 0.5));
    expect(shared.length / settled.length, name).toBeGreaterThan(0.9);
  }
});
