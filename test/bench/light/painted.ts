import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { encodeWav } from "../../../scripts/demo-song/wav.ts";
import { launchChromium } from "../../support/chromium.ts";
import { goLive, newDevice, openScreen, playSong, SMALL, startWall } from "../../support/pages.ts";
import { paintedColours, watch } from "../../support/painted.ts";
import { ServerProcess } from "../../support/server-process.ts";
import type { Sound } from "./files.ts";
import { lightnessOfColour } from "./lightness.ts";
import { quantile, SETTLE_S } from "./metrics.ts";

/** The bands of the screens. More pages than these would be slow on a small machine. */
export const PAINTED_BANDS = ["all", "bass", "mids", "brilliance"] as const;
/** How much of each song is measured, s. */
const SECONDS = 20;

/** What a screen has painted during a song. */
export interface Painted {
  band: (typeof PAINTED_BANDS)[number];
  frames: number;
  /** Percentiles of the lightness, CIE L*, 0..1. */
  p5: number;
  p95: number;
  range: number;
}

/**
 * Plays songs on a new wall in Chromium and measures what its screens paint: solid light in grey, with the
 * wall's flash guard on.
 */
export async function measurePainted(songs: readonly { name: string; sound: Sound }[]) {
  const server = await ServerProcess.start();
  const browser = await launchChromium();
  try {
    const measured: { name: string; screens: Painted[] }[] = [];
    for (const { name, sound } of songs) {
      measured.push({ name, screens: await measureSong(browser, server.url, name, sound) });
      await Promise.all(browser.contexts().map((context) => context.close()));
    }
    return measured;
  } finally {
    await browser.close();
    await server.close();
  }
}

async function measureSong(browser: Browser, url: string, name: string, [left, right]: Sound) {
  const { host, code } = await startWall(await newDevice(browser), url);
  await host.getByTestId("gain-auto").dispatchEvent("click");
  await host.getByTestId("palette-mono").dispatchEvent("click");
  await host.getByTestId("look").selectOption("solid", { force: true });
  const screens: Page[] = [];
  for (const band of PAINTED_BANDS) screens.push(await openScreen(browser, url, code, band, SMALL));
  const buffer = encodeWav({ left, right });
  await playSong(host, { name: `${name}.wav`, mimeType: "audio/wav", buffer });
  await goLive(host);
  await delay(SETTLE_S * 1_000);
  for (const screen of screens) await watch(screen);
  await delay(SECONDS * 1_000);
  return Promise.all(
    screens.map(async (screen, n) => figuresOf(PAINTED_BANDS[n]!, await paintedColours(screen))),
  );
}

function figuresOf(band: Painted["band"], colours: Awaited<ReturnType<typeof paintedColours>>): Painted {
  const sorted = colours.map(({ rgb }) => lightnessOfColour(rgb)).sort((a, b) => a - b);
  const [p5, p95] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  const round = (value: number) => Math.round(value * 1_000) / 1_000;
  return { band, frames: sorted.length, p5: round(p5), p95: round(p95), range: round(p95 - p5) };
}
