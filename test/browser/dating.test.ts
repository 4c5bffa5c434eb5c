import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { edgesOf } from "../support/edges.ts";
import { becomes, eventually, goLive, newDevice, playSong, startWall, type Wall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";
import { type Burst, bursts } from "../support/songs.ts";
import { readEarLog, watchEar } from "../support/watch-ear.ts";

/** All bins but that of the mean. */
const ALL_BINS = { first: 1, end: 1_024 };
/** A name that is not this machine's own to a browser, so that its pages are not on a secure origin. */
const PLAIN_NAME = "wall.test";
/** From the end of a song to when all screens have heard it: the wall delay, and some more. */
const HEARD_MS = 2_000;
/** Screens with the same decoder hear the same; two decoders differ by their rounding. */
const SCREENS_AWAY_MS = 0.05;
/** An encoder smears an edge by 1.3 ms at most (measured). */
const SONG_AWAY_MS = 2;
/**
 * A busy machine may halt a song itself, which divides its sounds for all screens alike. Such a song says
 * nothing about dates, and is played again.
 */
const PLAYS_MAX = 5;
/**
 * A sound from the first sample on, a steady tone, a click after five seconds of silence, and sounds that
 * each begin elsewhere within a frame of 20 ms.
 */
const SONG: Burst[] = [
  [0, 0.1],
  [1, 3],
  [8.1, 8.2],
  ...Array.from({ length: 5 }, (_, n): Burst => [9 + n * 0.807, 9 + n * 0.807 + 0.1 + n * 0.0127]),
];
const SONG_S = 13;

let server: ServerProcess;
let browser: Browser;
let wall: Wall;
let screens: Page[];

beforeAll(async () => {
  server = await ServerProcess.start();
  browser = await launchChromium({ plainName: PLAIN_NAME });
  wall = await startWall(await newDevice(browser), server.url);
  await playSong(wall.host, bursts([[0, 1]], 1));
  await goLive(wall.host);
  screens = [
    await openScreen(server.url),
    await openScreen(server.url),
    await openScreen(`http://${PLAIN_NAME}:${server.port}`),
  ];
  for (const screen of screens) {
    const heard = () => screen.evaluate<number>("earLog.heard.length");
    await eventually(heard, (moments) => moments > 100, "100 moments that are heard", 20_000);
  }
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  expect(server.errors).toEqual([]);
});

async function openScreen(base: string): Promise<Page> {
  const page = await newDevice(browser, { width: 240, height: 160 });
  await page.addInitScript(watchEar, [ALL_BINS]);
  await page.goto(`${base}/w/${wall.code}`);
  return page;
}

/** Plays a song to its end. Resolves to when each screen has heard each of its sounds begin or end, ms. */
async function play(times: readonly Burst[], seconds: number): Promise<number[][]> {
  const before = await Promise.all(
    screens.map((screen) => screen.evaluate<number>("earLog.heard.at(-1)[0]")),
  );
  const from = Math.max(...before);
  await playSong(wall.host, bursts(times, seconds));
  await becomes(screens[0]!, "live");
  await delay(seconds * 1_000 + HEARD_MS);
  const logs = await Promise.all(screens.map(readEarLog));
  return logs.map(({ heard }) =>
    edgesOf(heard.filter(([media]) => media > from).map(([media, , db]) => [media, db!])),
  );
}

/** The greatest distance between two of these. */
const spread = (times: readonly number[]) => Math.max(...times) - Math.min(...times);

/** Checks that screens have heard the same sounds at the same times. */
function expectTheSame(edges: readonly number[][]): void {
  for (const found of edges) expect(found.length).toBe(edges[0]!.length);
  for (const index of edges[0]!.keys()) {
    expect(spread(edges.map((found) => found[index]!))).toBeLessThan(SCREENS_AWAY_MS);
  }
}

test("a steady tone, a click after five seconds of silence and sounds in mid-frame are dated as they are", {
  timeout: 120_000,
}, async () => {
  const expected = SONG.flat().map((s) => s * 1_000);
  let away: number[][] = [];
  for (let plays = 0; plays < PLAYS_MAX; plays++) {
    const edges = await play(SONG, SONG_S);
    expectTheSame(edges);
    away = edges.map((found) => found.map((media, index) => media - expected[index]!));
    const isWhole = away.every((times) => times.length === expected.length && spread(times) < SONG_AWAY_MS);
    if (isWhole) return;
  }
  expect.fail(`in ${PLAYS_MAX} plays the sounds are away from their times: ${away[0]!.map(Math.round)}`);
});
