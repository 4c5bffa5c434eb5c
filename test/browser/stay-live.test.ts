import { setTimeout as delay } from "node:timers/promises";
import type { Dialog, Page } from "playwright-core";
import { expect, test } from "vitest";
import { becomes, newDevice, openPanel, openScreens, startWall } from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage, sharePages } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });
/** Longer than the console takes a press on Stop for one on Go live that came late. */
const LATE_PRESS_MS = 2_000;
/** The host of a live wall. */
let host: Page;

sharePages(browser, async () => {
  const page = await newDevice(browser, { width: 1_280, height: 800 });
  await page.addInitScript(() => {
    const Context = AudioContext;
    globalThis.AudioContext = class extends Context {
      constructor(options?: AudioContextOptions) {
        super(options);
        Object.assign(globalThis, { context: this });
      }
    };
    const locks: { released: boolean }[] = [];
    Object.assign(globalThis, { locks });
    navigator.wakeLock.request = async () => {
      const lock = { released: false, release: async () => void Object.assign(lock, { released: true }) };
      locks.push(lock);
      return lock as unknown as WakeLockSentinel;
    };
  });
  const wall = await startWall(page, server.url);
  host = wall.host;
  await host.getByTestId("file").setInputFiles(tone(1_000, 60, -12));
  await host.getByTestId("loop").click();
  await openScreens(browser, server.url, wall.code, 1);
  await becomes(host, "live");
});

const locksHeld = () =>
  host.evaluate<number>("locks.filter(({ released }) => !released).length > 0 ? locks.length : 0");

test("a computer that hosts a live wall does not go to sleep, and may once the wall is stopped", async () => {
  await expect.poll(locksHeld).toBeGreaterThan(0);
  // A press so soon after the wall went live by itself would not stop it.
  await delay(LATE_PRESS_MS);
  await host.getByTestId("stop").click();
  await becomes(host, "ready");
  await expect.poll(locksHeld).toBe(0);
  await host.getByTestId("go-live").click();
  await becomes(host, "live");
});

test("whoever leaves a live wall's page is asked first, and not once it is stopped", async () => {
  const asked: string[] = [];
  const answer = async (dialog: Dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  };
  host.on("dialog", answer);
  await host.evaluate("location.href = '/'").catch(() => undefined);
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await becomes(host, "live");
  host.off("dialog", answer);
});

test("a link that is dropped on the console does not take the page away", async () => {
  const effects = await host.evaluate(() => {
    const drag = (type: string, target: Element) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData("text/uri-list", "https://wall.example/");
      const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer });
      return { isTaken: !target.dispatchEvent(event), effect: dataTransfer.dropEffect };
    };
    const wall = document.querySelector(".wall")!;
    return [drag("dragover", wall).isTaken, drag("drop", wall).isTaken];
  });
  expect(effects).toEqual([true, true]);
  await becomes(host, "live");
});

test("the system's media keys know the song, and play and pause it", async () => {
  expect(await host.evaluate("navigator.mediaSession.metadata.title")).toContain("tone");
  expect(await host.evaluate("navigator.mediaSession.playbackState")).toBe("playing");
  await host.getByTestId("play").click();
  await expect.poll(() => host.evaluate("navigator.mediaSession.playbackState")).toBe("paused");
  await host.getByTestId("play").click();
});

test("for a loudspeaker that is two seconds late the console lets the light wait", async () => {
  await openPanel(host, "room");
  await host.getByTestId("sound-trim").fill("-1800");
  await host.getByTestId("raise-delay").click();
  await expect.poll(() => host.getByTestId("lacking").count(), { timeout: 15_000 }).toBe(0);
  // How much less than the trim it is depends on how late this computer's own output is.
  expect(Number(await host.getByTestId("delay").inputValue())).toBeGreaterThan(1_600);
});

test("sound that the system has stopped goes on by itself at its place", async () => {
  const time = () => host.getByTestId("seek").evaluate((seek: HTMLInputElement) => seek.valueAsNumber);
  const before = await time();
  await host.evaluate("context.suspend()");
  await expect.poll(() => host.evaluate("context.state"), { timeout: 2_000 }).toBe("running");
  await expect.poll(time).toBeGreaterThan(before);
  expect(await host.evaluate("document.documentElement.dataset.song")).toBe("playing");
  expect(await host.getByTestId("message").innerText()).toBe("");
});
