/**
 * `npm run bench:socket`: a screen to which no UDP comes, beside one that has it. Nothing answers at the
 * address that the server names for its media. Measures how long such a screen takes from the start of its
 * script to its first light, how far its light is apart from the other's, and whether it is dark or jumps
 * when UDP is possible again. Levels are read from painted pixels, of a song whose loudness tells the time.
 * The last line is JSON. Exits with 1 if an aim is missed.
 *
 * `-- --minutes 10` compares the screens for ten minutes instead of one.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { launchChromium } from "../support/chromium.ts";
import { commonNow } from "../support/common-clock.ts";
import {
  becomesConnected,
  becomesLit,
  eventually,
  goLive,
  newDevice,
  playSong,
  startWall,
  turnSafetyOff,
} from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";
import { climbingSong, lagsOf } from "../support/time-song.ts";
import { closeScreen, firstLightMs, isOverSocket, openScreen, readingsOf } from "./socket/screens.ts";
import { drifts, percentile, skews, worstSteps } from "./wall/figures.ts";

/** Screens that join one after the other; the last one stays. */
const JOINS = 5;
/** Time between two of them. */
const PAUSE_MS = 500;
/** A console of this size shows all its controls. */
const CONSOLE = { width: 1_280, height: 800 };
const FIRST_LIGHT_MAX_MS = 500;
/** How far apart two screens may be that count as in step. */
const IN_STEP_MS = 10;
/** A page tries UDP again after 15 s, and then less and less often. */
const BACK_TIMEOUT_MS = 120_000;
/** How long the screens are watched after the change. */
const AFTER_MS = 8_000;
/** How much longer than the comparison the song is, s. */
const SONG_MORE_S = 180;

const { values } = parseArgs({ options: { minutes: { type: "string", default: "1" } } });
const minutes = Number(values.minutes);

const log = (text: string) => process.stderr.write(`${text}\n`);

const folder = mkdtempSync(join(tmpdir(), "lightwall-socket-"));
const song = join(folder, "climbs.wav");
writeFileSync(song, climbingSong(minutes * 60 + SONG_MORE_S));
const server = await ServerProcess.start();
const browser = await launchChromium();
try {
  const { host, code } = await startWall(await newDevice(browser, CONSOLE), server.url);
  await playSong(host, song);
  await goLive(host);
  // The flash guard would change the colours from which the bench reads the time.
  await turnSafetyOff(host);
  await host.setViewportSize({ width: 240, height: 160 });
  const open = (isShut: boolean) => openScreen(browser, server, code, isShut);

  log("A screen with UDP …");
  const reference = await open(false);
  await becomesLit(reference.page);
  await becomesConnected(reference.page);

  log(`${JOINS} screens without UDP …`);
  const firstLights: number[] = [];
  let shut = await open(true);
  firstLights.push(await firstLightMs(shut));
  while (firstLights.length < JOINS) {
    await closeScreen(shut);
    await delay(PAUSE_MS);
    shut = await open(true);
    firstLights.push(await firstLightMs(shut));
  }
  log(`  first light after ${firstLights.map((ms) => ms.toFixed(0)).join(", ")} ms`);

  log(`${minutes} min without UDP …`);
  const from = commonNow();
  await delay(minutes * 60_000);
  const until = commonNow();
  const wasOverSocket = await isOverSocket(shut);

  log("UDP is possible again …");
  shut.link.relay.cut = false;
  await becomesConnected(shut.page, BACK_TIMEOUT_MS);
  const connectedAfterS = (commonNow() - until) / 1_000;
  await eventually(
    () => isOverSocket(shut),
    (is) => !is,
    "media without the WebSocket",
    10_000,
  );
  await delay(AFTER_MS);
  const end = commonNow();

  const readings = [await readingsOf(reference), await readingsOf(shut)];
  const lags = readings.map(lagsOf);
  const steps = (begin: number, done: number) =>
    worstSteps(readings[1]!.filter(({ at }) => at > begin && at < done));
  const [during, back] = [steps(from, until), steps(until, end)];
  const apart = (begin: number, done: number) =>
    Math.max(...drifts(lags, begin, done).map(({ skew }) => skew));
  const line = {
    minutes,
    /** Time from the start of the script to the first light without UDP: median and maximum of the joins. */
    firstLightP50Ms: percentile(firstLights, 0.5),
    firstLightMaxMs: Math.max(...firstLights),
    /** Difference of both screens at an instant, 95th percentile. */
    skewP95Ms: percentile(
      skews(lags, from, until).map(({ skew }) => skew),
      0.95,
    ),
    /** Greatest difference of both screens over a second, while one has no UDP and after it has. */
    apartMs: apart(from, until),
    apartBackMs: apart(until, end),
    /** Time from when UDP was possible until the screen was connected over it. */
    connectedAfterS,
    /** Longest time that it was dark, and its greatest step back, without UDP and when that came back. */
    darkMs: during.dark,
    jumpBackMs: during.back,
    darkBackMs: back.dark,
    jumpBackBackMs: back.back,
  };
  const isMet =
    wasOverSocket &&
    line.firstLightMaxMs <= FIRST_LIGHT_MAX_MS &&
    Math.max(line.apartMs, line.apartBackMs) <= IN_STEP_MS &&
    line.darkMs === 0 &&
    line.darkBackMs === 0;
  const rounded = Object.entries(line).map(([name, value]) => [name, Math.round(value * 100) / 100]);
  console.log(JSON.stringify({ ...Object.fromEntries(rounded), wasOverSocket, isMet }));
  if (!isMet) process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true });
}
