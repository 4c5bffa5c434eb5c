import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { newDevice, openPanel, startWall, TONES } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";
import { recordPresses } from "./record-presses.ts";

/**
 * `npm run bench:queue`: how long the console takes from a press to the next paint (the longest event of an
 * interaction, web.dev/articles/inp; 0 if it is under 16 ms) with 500 songs in its queue, and how much memory
 * its page takes while it plays and analyses a song of two hours. The last line is JSON. Fails if a press
 * takes too long or the memory is too much.
 */

const SONGS = 500;
const PRESS_MAX_MS = 100;
/** The tones, 9 s, so many times, are two hours. */
const REPEATS = 800;
const MEMORY_MAX_MB = 300;
const READING_TIMEOUT_MS = 600_000;
/** Between two presses, so that each has a paint of its own. */
const PAUSE_MS = 400;

const server = await ServerProcess.start();
const browser = await launchChromium({ kiosk: true });
const folder = await mkdtemp(join(tmpdir(), "lightwall-songs-"));
try {
  const tones = await readFile(TONES);
  const presses = await measurePresses(tones);
  const long = await measureMemory(tones);
  const slow = Object.entries(presses).filter(([, ms]) => ms > PRESS_MAX_MS);
  if (slow.length > 0 || long.memoryMb > MEMORY_MAX_MB) process.exitCode = 1;
  console.log(JSON.stringify({ songs: SONGS, presses, ...long }));
} finally {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
}

/** By what is pressed, the time to the next paint, ms. */
async function measurePresses(tones: Buffer): Promise<Record<string, number>> {
  const host = await newDevice(browser, { width: 1_280, height: 800 });
  await host.addInitScript(recordPresses);
  await startWall(host, server.url);
  await openPanel(host, "songs");
  const paths = Array.from({ length: SONGS }, (_, n) => join(folder, `Song ${n}.mp3`));
  await Promise.all(paths.map((path) => writeFile(path, tones)));
  await host.getByTestId("files").setInputFiles(paths);
  const rows = host.getByTestId("queued");
  await rows.nth(SONGS - 1).waitFor({ state: "attached" });
  const presses: Record<string, number> = {};
  const press = async (name: string, act: () => Promise<void>) => {
    await host.evaluate("longest.clear()");
    await act();
    await delay(PAUSE_MS);
    presses[name] = await host.evaluate<number>("Math.max(0, ...longest.values())");
  };
  // The first ones while the tags of all songs are still being read.
  await press("play while songs are read", () => rows.nth(2).locator(".cover").click());
  await press("pause while songs are read", () => host.getByTestId("play").click());
  await host.waitForFunction(() => !document.querySelector(".queue li .time:empty"), null, {
    timeout: READING_TIMEOUT_MS,
  });
  await press("play", () => host.getByTestId("play").click());
  await press("another song", () => rows.nth(5).locator(".cover").click());
  await press("next song", () => host.getByTestId("next-song").click());
  await press("move", () => rows.nth(3).locator(".cover").press("Alt+ArrowDown"));
  await press("remove", () => rows.nth(4).locator(".remove").click());
  await press("undo", () => host.getByTestId("undo").click());
  await press("other panel", () => openPanel(host, "scenes"));
  await press("songs panel", () => openPanel(host, "songs"));
  await press("shuffle", async () => {
    await host.getByTestId("ways").click();
    await host.getByTestId("shuffle").click();
  });
  await press("remove all", () => host.getByTestId("remove-songs").click());
  await press("undo all", () => host.getByTestId("undo").click());
  await host.close();
  return presses;
}

/** The memory of the console's page while it plays a song of two hours, and the time of its analysis. */
async function measureMemory(
  tones: Buffer,
): Promise<{ memoryMb: number; emptyMb: number; analysedS: number }> {
  const host = await newDevice(browser, { width: 1_280, height: 800 });
  await startWall(host, server.url);
  const emptyMb = await memoryOf(browser);
  const path = join(folder, "Two hours.mp3");
  // Without the tags before the first frame.
  const frames = tones.subarray(tones.indexOf(0xff));
  await writeFile(path, Buffer.concat(Array<Buffer>(REPEATS).fill(frames)));
  await host.getByTestId("file").setInputFiles(path);
  const isAnalysing = () => host.workers().some((worker) => worker.url().includes("analysis-worker"));
  while (!isAnalysing()) await delay(20);
  let memoryMb = 0;
  const began = performance.now();
  do {
    await delay(500);
    memoryMb = Math.max(memoryMb, await memoryOf(browser));
  } while (isAnalysing());
  const analysedS = Math.round((performance.now() - began) / 1_000);
  return { memoryMb: Math.round(memoryMb), emptyMb: Math.round(emptyMb), analysedS };
}

/** The private memory of the largest of the browser's pages, MB. */
async function memoryOf(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === "renderer");
  const sizes = await Promise.all(
    pages.map(async ({ id }) => {
      const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
      return Number(status.match(/RssAnon:\s+(\d+) kB/)?.[1] ?? 0) / 1_024;
    }),
  );
  return Math.max(...sizes);
}
