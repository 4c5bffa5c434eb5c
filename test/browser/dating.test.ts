import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { edgesOf } from "../support/edges.ts";
import { becomes, eventually, goLive, newDevice, playSong, startWall, type Wall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";
import { type Burst, bursts } from "../support/songs.ts";
import { type EarLog, readEarLog, watchEar } from "../support/watch-ear.ts";
import { songStalledMs, watchSong } from "../support/watch-song.ts";

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
/** A busy machine may halt a song itself. Such a song is played again: it says nothing about dates. */
const STALLED_MS = 100;
const PLAYS_MAX = 3;
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
  const console = await newDevice(browser);
  await watchSong(console);
  wall = await startWall(console, server.url);
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

/** Plays a song to its end, evenly. Resolves to what each screen has heard of it. */
async function play(times: readonly Burst[], seconds: number): Promise<EarLog[]> {
  for (let plays = 1; plays < PLAYS_MAX; plays++) {
    const logs = await playOnce(times, seconds);
    if ((await songStalledMs(wall.host)) < STALLED_MS) return logs;
  }
  return playOnce(times, seconds);
}

async function playOnce(times: readonly Burst[], seconds: number): Promise<EarLog[]> {
  const before = await Promise.all(
    screens.map((screen) => screen.evaluate<number>("earLog.heard.at(-1)[0]")),
  );
  const from = Math.max(...before);
  await playSong(wall.host, bursts(times, seconds));
  await becomes(screens[0]!, "live");
  await delay(seconds * 1_000 + HEARD_MS);
  const logs = await Promise.all(screens.map(readEarLog));
  return logs.map((log) => ({ ...log, heard: log.heard.filter(([media]) => media > from) }));
}

/** The greatest distance between two of these. */
const spread = (times: readonly number[]) => Math.max(...times) - Math.min(...times);

test("a steady tone, a click after five seconds of silence and sounds in mid-frame are dated as they are", {
  timeout: 90_000,
}, async () => {
  const logs = await play(SONG, SONG_S);
  const edges = logs.map(({ heard }) => edgesOf(heard.map(([media, , db]) => [media, db!])));
  const expected = SONG.flat().map((s) => s * 1_000);
  for (const found of edges) {
    expect(found.length).toBe(expected.length);
    const away = found.map((media, index) => media - expected[index]!);
    expect(spread(away), `sounds away from their times: ${away.map(Math.round)}`).toBeLessThan(SONG_AWAY_MS);
  }
  for (const index of expected.keys()) {
    expect(spread(edges.map((found) => found[index]!))).toBeLessThan(SCREENS_AWAY_MS);
  }
});
