import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { Firefox, findFirefox } from "../support/firefox.ts";
import { DARK, LIT, newDevice, openScreen, PALETTE, startWall, TONES } from "../support/pages.ts";
import { type Painted, painted, watch } from "../support/painted.ts";
import { setStage } from "../support/stage.ts";

/** Which band each tone of the file belongs to, in the file's order. */
const BANDS = ["bass", "mids", "brilliance"];
const TONE_MS = 3_000;
/**
 * After a tone's start, what is left of the one before has to arrive and fade; before its end, nothing yet of
 * the next.
 */
const SETTLED_MS = 1_500;
const ENDING_MS = 100;

const { server, browser } = await setStage();

/**
 * Plays the tones once, live. Returns when on the wall's clock the first began, by what the console shows.
 */
async function playOnce(host: Page): Promise<number> {
  await host.getByTestId("go-live").click();
  await host.getByTestId("file").setInputFiles(TONES);
  await host.getByTestId("volume").fill("1");
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

/** What a screen showed in the settled part of each tone. */
function duringTones(moments: Painted[], began: number): Painted[][] {
  return BANDS.map((_, tone) => {
    const start = began + tone * TONE_MS;
    return moments.filter(({ at }) => at > start + SETTLED_MS && at < start + TONE_MS - ENDING_MS);
  });
}

/**
 * Of ten frames two may be wrong: a busy machine's sound stutters, and each stutter takes eight frames to
 * fade.
 */
function mostly(levels: number[], isRight: (level: number) => boolean): boolean {
  return levels.filter(isRight).length >= 0.8 * levels.length;
}

function expectOnly(lit: string, moments: Painted[], began: number): void {
  for (const [tone, shown] of duringTones(moments, began).entries()) {
    const levels = shown.map(({ level }) => level);
    const what = `the ${lit} screen during the ${BANDS[tone]} tone`;
    expect(levels.length, `frames of ${what}`).toBeGreaterThan(20);
    const isRight = (level: number) => (BANDS[tone] === lit ? level >= LIT : level <= DARK);
    expect(mostly(levels, isRight), `${what}: ${levels.join(" ")}`).toBe(true);
  }
}

test("each tone lights the screen of its band, and no other screen", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  const screens = await Promise.all(BANDS.map((band) => openScreen(browser, server.url, code, band)));
  await Promise.all(screens.map(watch));
  const began = await playOnce(host);
  for (const [n, screen] of screens.entries()) expectOnly(BANDS[n]!, await painted(screen), began);
});

// Firefox with a new profile takes its time to start, on a busy machine half a minute.
const FIREFOX_LIMIT = 120_000;

test("a screen in Firefox is lit by its band and no other", { timeout: FIREFOX_LIMIT }, async ({ skip }) => {
  const program = findFirefox();
  if (!program) return skip("Firefox is not installed. On Debian: apt-get install firefox-esr pulseaudio");
  const firefox = await Firefox.launch(program);
  try {
    const { host, code } = await startWall(await newDevice(browser), server.url);
    await firefox.goto(`${server.url}/w/${code}?band=mids&palette=${PALETTE}`);
    await firefox.tap();
    await watch(firefox);
    const began = await playOnce(host);
    expectOnly("mids", await painted(firefox), began);
  } finally {
    await firefox.close();
  }
});
