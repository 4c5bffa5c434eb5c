import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { Firefox, findFirefox } from "../support/firefox.ts";
import {
  DARK,
  LIT,
  newDevice,
  openScreen,
  PALETTE,
  playSong,
  SMALL,
  startWall,
  TONES,
} from "../support/pages.ts";
import { type Painted, painted, watch } from "../support/painted.ts";
import { setStage } from "../support/stage.ts";

/** The band of each tone of the file, in the file's order. */
const BANDS = ["bass", "mids", "brilliance"];
/** The band that Firefox shows. */
const FIREFOX_BAND = "mids";
const TONE_MS = 3_000;
/** The start of each tone that is not examined: the tone before still arrives at the screens and fades. */
const SETTLE_MS = 1_500;
/** The end of each tone that is not examined: the next tone may already arrive. */
const ENDING_MS = 100;
/** Firefox with a new profile starts slowly: on a busy machine it takes half a minute. */
const FIREFOX_TIMEOUT_MS = 120_000;

const { server, browser } = await setStage();

/** Broadcasts the tones once. Resolves to the time when the first tone began, by the console's seek bar. */
async function playOnce(host: Page): Promise<number> {
  await host.getByTestId("go-live").click();
  await playSong(host, TONES);
  const begin = host.evaluate(`new Promise((resolve) => {
    const begins = [];
    let last = 0;
    const timer = setInterval(() => {
      const time = Number(document.querySelector("[data-testid=seek]").value);
      if (time !== last) begins.push(Date.now() - 1000 * time);
      last = time;
      if (document.documentElement.dataset.song !== "paused") return;
      clearInterval(timer);
      resolve(begins.sort((a, b) => a - b)[begins.length >> 1]);
    }, 5);
  })`);
  return (await begin) as number;
}

/** Divides the frames of a screen by tone, without the start and the end of each tone. */
function framesOfTones(frames: Painted[], began: number): Painted[][] {
  return BANDS.map((_, tone) => {
    const start = began + tone * TONE_MS;
    return frames.filter(({ at }) => at > start + SETTLE_MS && at < start + TONE_MS - ENDING_MS);
  });
}

/**
 * Whether at least 80 % of the levels are right. On a busy machine the sound stutters, and the light of one
 * stutter takes eight frames to fade.
 */
function areMostly(levels: number[], isRight: (level: number) => boolean): boolean {
  return levels.filter(isRight).length >= 0.8 * levels.length;
}

/** Expects that a screen was lit by the tone of its band, and was dark during the others. */
function expectLitOnlyBy(band: string, frames: Painted[], began: number): void {
  for (const [tone, shown] of framesOfTones(frames, began).entries()) {
    const levels = shown.map(({ level }) => level);
    const what = `the ${band} screen during the ${BANDS[tone]} tone`;
    expect(levels.length, `frames of ${what}`).toBeGreaterThan(20);
    const isRight = (level: number) => (BANDS[tone] === band ? level >= LIT : level <= DARK);
    expect(areMostly(levels, isRight), `${what}: ${levels.join(" ")}`).toBe(true);
  }
}

/** What each screen painted while the tones were played once. */
const shown = { chromium: [] as Painted[][], firefox: undefined as Painted[] | undefined };
let began: number;

// One broadcast serves all tests: it lasts ten seconds.
beforeAll(async () => {
  const program = findFirefox();
  const firefox = program ? await Firefox.launch(program) : undefined;
  try {
    const { host, code } = await startWall(await newDevice(browser), server.url);
    const screens = await Promise.all(
      BANDS.map((band) => openScreen(browser, server.url, code, band, SMALL)),
    );
    await firefox?.goto(`${server.url}/w/${code}?band=${FIREFOX_BAND}&palette=${PALETTE}`);
    const watched = firefox ? [...screens, firefox] : screens;
    await Promise.all(watched.map(watch));
    began = await playOnce(host);
    shown.chromium = await Promise.all(screens.map(painted));
    if (firefox) shown.firefox = await painted(firefox);
  } finally {
    await firefox?.close();
  }
}, FIREFOX_TIMEOUT_MS);

test("each tone lights the screen of its band and no other screen", () => {
  for (const [n, band] of BANDS.entries()) expectLitOnlyBy(band, shown.chromium[n]!, began);
});

test("a screen in Firefox is lit by the tone of its band only", ({ skip }) => {
  if (!shown.firefox)
    return skip("Firefox is not installed. On Debian: apt-get install firefox-esr pulseaudio");
  expectLitOnlyBy(FIREFOX_BAND, shown.firefox, began);
});
