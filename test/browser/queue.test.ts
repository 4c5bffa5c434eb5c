import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  becomes,
  becomesLit,
  newDevice,
  openPanel,
  openScreens,
  PIXEL,
  startWall,
} from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage, sharePages } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });

/** The host of a live wall with one screen, which plays its songs again and again. */
let host: Page;
let screen: Page;
const SONGS = [400, 1_000, 2_500].map((hertz) => tone(hertz, 5, -12));

sharePages(browser, async () => {
  const wall = await startWall(await newDevice(browser, { width: 1_280, height: 900 }), server.url);
  host = wall.host;
  [screen] = (await openScreens(browser, server.url, wall.code, 1)) as [Page];
  await openPanel(host, "songs");
  await host.getByTestId("ways").click();
  await host.getByTestId("repeat").selectOption("all");
  await host.getByTestId("crossfade").fill("0");
  await host.getByTestId("file").setInputFiles(SONGS);
  await becomes(host, "live");
  await becomesLit(screen);
  await expect.poll(titles).toHaveLength(SONGS.length);
});

const titles = () => host.getByTestId("queued").locator(".name > :first-child").allInnerTexts();
const title = () => host.getByTestId("title").innerText();

/** Watches in each frame whether the screen is dark, and whether it shows words. */
async function watch(): Promise<void> {
  await screen.evaluate(`(() => {
    const seen = { darkMs: 0, words: "" };
    Object.assign(globalThis, { seen });
    let litAt = performance.now();
    const look = (now) => {
      if (globalThis.seen !== seen) return;
      const [r, g, b] = (${PIXEL}).match(/\\d+/g).map(Number);
      if (Math.max(r, g, b) > 40) litAt = now;
      seen.darkMs = Math.max(seen.darkMs, now - litAt);
      seen.words ||= document.getElementById("words").innerText.trim();
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })()`);
}

/** Waits for the next song; how long the screen was dark meanwhile, ms. */
async function darkUntilNext(): Promise<number> {
  const before = await title();
  await watch();
  await expect.poll(title, { timeout: 10_000 }).not.toBe(before);
  await delay(500);
  const { darkMs, words } = await screen.evaluate<{ darkMs: number; words: string }>("seen");
  expect(words).toBe("");
  return darkMs;
}

test.for(["1", "0"])(
  "songs follow one another, and no screen gets dark or shows words: crossfade %s s",
  async (fade) => {
    await host.getByTestId("crossfade").fill(fade);
    const dark: number[] = [];
    // A busy machine interrupts the sound now and then; a seam with a gap is always dark.
    do dark.push(await darkUntilNext());
    while (Math.min(...dark) > 40 && dark.length < 4);
    expect(Math.min(...dark), `dark at each seam, ms: ${dark.map(Math.round)}`).toBeLessThan(40);
  },
);

test("songs are moved by keys and by the pointer, taken out, and brought back by Undo", async () => {
  await host.getByTestId("play").click();
  const before = await titles();
  const rows = host.getByTestId("queued");
  await rows.nth(0).locator(".cover").press("Alt+ArrowDown");
  const [first, second, third] = before as [string, string, string];
  await expect.poll(titles).toEqual([second, first, third]);
  const box = (n: number) => rows.nth(n).locator(".name").boundingBox();
  const [from, to] = [(await box(2))!, (await box(0))!];
  await host.mouse.move(from.x + 20, from.y + 10);
  await host.mouse.down();
  // The rows make room one after the other.
  for (const y of [from.y - 10, to.y + to.height + 10, to.y + to.height / 2, to.y - 10]) {
    await host.mouse.move(to.x + 20, y, { steps: 5 });
    await delay(200);
  }
  await host.mouse.up();
  await expect.poll(titles).toEqual([third, second, first]);
  await rows.nth(1).locator(".remove").click();
  await expect.poll(titles).toEqual([third, first]);
  for (const wanted of [[third, second, first], [second, first, third], before]) {
    await host.getByTestId("undo").click();
    await expect.poll(titles).toEqual(wanted);
  }
});

test("a file that cannot be played is marked with the reason, and the song after it is played", async () => {
  const page = { name: "page.mp3", mimeType: "audio/mpeg", buffer: Buffer.from("<!doctype html><p>No song") };
  await host.getByTestId("files").setInputFiles(page);
  await expect.poll(titles).toHaveLength(4);
  await host.getByTestId("queued").nth(2).locator(".cover").click();
  const last = (await titles())[2]!;
  await expect.poll(title).toBe(last);
  await host.getByTestId("queued").nth(3).locator(".alert").waitFor();
  await host.getByTestId("next-song").click();
  // It is left out: all songs are repeated.
  await expect.poll(title).toBe((await titles())[0]);
  await host.getByTestId("queued").nth(3).locator(".remove").click();
});

test("a cue point is a button on the waveform, which goes there, and a second press removes it", async () => {
  const seek = host.getByTestId("seek");
  const at = () => seek.evaluate((slider: HTMLInputElement) => slider.valueAsNumber);
  await seek.fill("3");
  await host.getByTestId("mark").click();
  await seek.fill("0.5");
  await host.getByTestId("cue").click();
  await expect.poll(at).toBeGreaterThanOrEqual(3);
  await seek.fill("3");
  await seek.press("c");
  await expect.poll(() => host.getByTestId("cue").count()).toBe(0);
});

test("after a reload the songs and the place are there, and Go live goes on playing", async () => {
  const before = await titles();
  await host.getByTestId("queued").nth(1).locator(".cover").click();
  await expect.poll(title).toBe(before[1]);
  await expect.poll(async () => host.getByTestId("time").innerText()).toBe("0:02");
  const place = await host.evaluate<number>(`document.querySelector("[data-testid=seek]").valueAsNumber`);
  host.once("dialog", (dialog) => void dialog.accept());
  await host.reload();
  await expect.poll(titles).toEqual(before);
  expect(await title()).toBe(before[1]);
  const now = host.getByTestId("seek").evaluate((seek: HTMLInputElement) => seek.valueAsNumber);
  expect(Math.abs((await now) - place)).toBeLessThan(1);
  await becomes(host, "ready");
  await host.getByTestId("go-live").click();
  await becomesLit(screen, 2_000);
  await expect.poll(async () => host.getByTestId("time").innerText()).toBe("0:04");
});

test("the list tells how long the demo song is, though nothing has read its file", async () => {
  const { host: another } = await startWall(await newDevice(browser), server.url);
  await another.getByTestId("demo").click();
  await openPanel(another, "songs");
  const time = another.getByTestId("queued").locator(".time");
  await expect.poll(() => time.innerText(), { timeout: 10_000 }).toBe("0:51");
});

test("of files that are added together, the first that can be played is played", async () => {
  const { host } = await startWall(await newDevice(browser), server.url);
  const bad = { name: "a.mp3", mimeType: "audio/mpeg", buffer: Buffer.from("No song.\n".repeat(400)) };
  await host.getByTestId("file").setInputFiles([bad, { ...bad, name: "b.mp3" }]);
  await expect.poll(() => host.getByTestId("message").innerText()).toContain("a.mp3");
  expect(await host.evaluate("document.documentElement.dataset.song")).toBe("none");
  const good = { name: "good.wav", mimeType: "audio/wav", buffer: readFileSync(SONGS[0]!) };
  await host.getByTestId("file").setInputFiles([{ ...bad, name: "c.mp3" }, good]);
  await expect.poll(() => host.getByTestId("title").innerText()).toBe("good");
  await expect.poll(() => host.evaluate("document.documentElement.dataset.song")).toBe("playing");
  expect(await host.getByTestId("message").innerText()).toContain("c.mp3");
});

test("a console that takes over has the queue and the place as they are then", async () => {
  const { host } = await startWall(await newDevice(browser), server.url);
  await host.getByTestId("file").setInputFiles(SONGS.slice(0, 2));
  await expect.poll(() => host.evaluate("document.documentElement.dataset.song")).toBe("playing");
  const other = await host.context().newPage();
  await other.goto(host.url());
  await becomes(other, "elsewhere");
  await host.getByTestId("file").setInputFiles(SONGS[2]!);
  await expect.poll(() => host.getByTestId("queued").count()).toBe(3);
  await host.getByTestId("queued").nth(2).locator(".cover").dispatchEvent("click");
  const third = basename(SONGS[2]!, ".wav");
  await expect.poll(() => host.getByTestId("title").innerText()).toBe(third);
  await delay(1_500);
  await other.getByTestId("host-here").click();
  await becomes(other, "ready");
  await expect.poll(() => other.getByTestId("title").innerText()).toBe(third);
  expect(await other.getByTestId("queued").count()).toBe(3);
  expect(await other.evaluate("document.documentElement.dataset.song")).toBe("paused");
  const place = () => other.getByTestId("seek").inputValue();
  await expect.poll(async () => Number(await place())).toBeGreaterThan(0);
});
