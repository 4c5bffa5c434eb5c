import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { becomesLit, goLive, newDevice, openScreen, startWall } from "../support/pages.ts";
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
