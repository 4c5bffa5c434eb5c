import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { becomeChromium87 } from "../support/old-chromium.ts";
import { becomes, becomesLit, newDevice, PALETTE, read, startLiveWall, words } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

/** A television's display. */
const TELEVISION = { width: 1_920, height: 1_080 };

let server: ServerProcess;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([ServerProcess.start(), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  expect(server.errors).toEqual([]);
});

test("a television with Chromium 87 lights up from the start page on, and draws looks", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser, TELEVISION);
  const errors: Error[] = [];
  screen.on("pageerror", (error) => errors.push(error));
  await becomeChromium87(screen);
  await screen.goto(server.url);
  const newer = await read(screen, "typeof structuredClone + typeof [].at + typeof Promise.withResolvers");
  expect(newer).toBe("undefined".repeat(3));
  await screen.getByTestId("join-code").fill(code);
  await screen.keyboard.press("Enter");
  await screen.waitForURL(/\/w\//);
  await becomes(screen, "live");
  // With the colours by which levels are read.
  await screen.goto(`${screen.url()}?palette=${PALETTE}`);
  await becomesLit(screen);
  const ofWorkers = () => Promise.all(screen.workers().map((worker) => worker.evaluate("typeof [].at")));
  expect(new Set(await ofWorkers())).toEqual(new Set(["undefined"]));
  await host.getByTestId("look").selectOption("bars", { force: true });
  await screen.locator(".look:not([hidden])").waitFor({ timeout: 20_000 });
  await expect.poll(async () => (await words(screen)).trim()).toBe("");
  expect(errors).toEqual([]);
});
