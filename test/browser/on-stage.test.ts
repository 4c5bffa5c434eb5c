import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { becomesLit, goLive, newDevice, openPanel, openScreen, startWall } from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage({ kiosk: true, captures: "microphone" });

let host: Page;
let screen: Page;

beforeEach(async () => {
  const wall = await startWall(await newDevice(browser, { width: 1_280, height: 900 }), server.url);
  host = wall.host;
  await host.getByTestId("file").setInputFiles(tone(1_000, 60, -12));
  await goLive(host);
  screen = await openScreen(browser, server.url, wall.code);
  await becomesLit(screen);
});

/** Keeps what the page captures as `tracks`, and its WebSockets as `sockets`. @param delayMs of the prompt */
async function watch(page: Page, delayMs = 0): Promise<void> {
  await page.addInitScript((delayMs) => {
    const [tracks, sockets]: [MediaStreamTrack[], WebSocket[]] = [[], []];
    Object.assign(globalThis, { tracks, sockets });
    const { getUserMedia } = MediaDevices.prototype;
    MediaDevices.prototype.getUserMedia = async function (...given) {
      const stream = await getUserMedia.apply(this, given);
      tracks.push(...stream.getTracks());
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      return stream;
    };
    globalThis.WebSocket = class extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given);
        sockets.push(this);
      }
    };
  }, delayMs);
  await page.reload();
  await becomesLit(page);
}

const liveTracks = () =>
  screen.evaluate<number>("tracks.filter(({ readyState }) => readyState === 'live').length");

const onStage = () => host.getByTestId("on-stage");
const source = () => host.getByTestId("sources").innerText();

async function give(): Promise<void> {
  await host.locator(".screen").first().click();
  await host.getByTestId("give-stage").click();
  await host.keyboard.press("Escape");
}

async function enter(): Promise<void> {
  await screen.locator(".stage .primary").click();
  await onStage().filter({ hasText: "is on stage" }).waitFor({ timeout: 20_000 });
}

test("a person on stage is heard and seen by the wall, until the host takes the stage back", async () => {
  await give();
  await onStage().filter({ hasText: "must agree" }).waitFor();
  await enter();
  await expect.poll(source, { timeout: 10_000 }).toContain("Stage");
  const picture = () =>
    host
      .getByTestId("picture-preview")
      .evaluate((video: HTMLVideoElement) => video.videoWidth)
      .catch(() => 0);
  await expect.poll(picture, { timeout: 20_000 }).toBeGreaterThan(0);
  await becomesLit(screen);
  await host.getByTestId("take-stage-back").click();
  await screen.locator(".stage").waitFor({ state: "hidden" });
  await onStage().waitFor({ state: "detached" });
  await expect.poll(source).not.toContain("Stage");
  // The song that the stage has interrupted goes on.
  await expect.poll(() => host.locator("html").getAttribute("data-song")).toBe("playing");
});

test("the console says when the wall gets something else than the stage, and brings it back", async () => {
  await give();
  await enter();
  await expect.poll(source, { timeout: 10_000 }).toContain("Stage");
  await openPanel(host, "songs");
  await host.getByTestId("pictures").click();
  await expect.poll(() => host.getByTestId("pictures").innerText(), { timeout: 20_000 }).toContain("Stage");
  expect(await host.getByTestId("picture-device").count()).toBe(0);
  await host.getByTestId("play").click();
  await host.getByTestId("picture-off").click();
  await onStage().filter({ hasText: "neither hears nor sees" }).waitFor();
  await host.getByTestId("bring-stage-back").click();
  await onStage().filter({ hasText: "hears and sees what" }).waitFor();
  await expect.poll(source).toContain("Stage");
  await expect.poll(() => host.getByTestId("pictures").innerText()).toContain("Stage");
  // The host had ended the sound before, and there was no song then.
  await host.getByTestId("take-stage-back").click();
  await expect.poll(source).not.toContain("Stage");
  expect(await host.locator("html").getAttribute("data-song")).toBe("paused");
});

test("a person may decline the stage, and may leave it", async () => {
  await give();
  await screen.locator(".stage button:not(.primary)").click();
  await onStage().waitFor({ state: "detached" });
  await give();
  await enter();
  await screen.locator(".stage button").click();
  await onStage().waitFor({ state: "detached" });
  await screen.locator(".stage").waitFor({ state: "hidden" });
});

test("a screen that goes while its person is on stage ends it", async () => {
  await give();
  await enter();
  await screen.close();
  await onStage().waitFor({ state: "detached", timeout: 20_000 });
});

test("microphone and camera go off with the connection to the server, until another press", async () => {
  await watch(screen);
  await give();
  await enter();
  expect(await liveTracks()).toBe(2);
  await screen.evaluate("sockets.at(-1).close()");
  await expect.poll(liveTracks).toBe(0);
  await onStage().waitFor({ state: "detached", timeout: 20_000 });
  await becomesLit(screen);
  await give();
  await screen.locator(".stage .primary").waitFor();
  expect(await liveTracks()).toBe(0);
  await onStage().filter({ hasText: "must agree" }).waitFor();
});

test("an answer to the browser's question that comes too late brings nobody on stage", async () => {
  await watch(screen, 2_000);
  await give();
  await screen.locator(".stage .primary").click();
  await host.getByTestId("take-stage-back").click();
  await screen.locator(".stage").waitFor({ state: "hidden" });
  await give();
  await screen.locator(".stage .primary").waitFor();
  await expect.poll(() => screen.evaluate<number>("tracks.length")).toBe(2);
  await expect.poll(liveTracks).toBe(0);
  await screen.locator(".stage .primary").waitFor();
});
