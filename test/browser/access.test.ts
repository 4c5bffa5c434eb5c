import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { becomes, newDevice, openPanel, openScreen, openScreens, startWall } from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TOKEN = "the-token-of-this-test";

const { server, browser } = await setStage({ keepPages: true, env: { ADMIN_TOKEN: TOKEN } });
const PHONE = { width: 390, height: 844 };
const LAPTOP = { width: 1_280, height: 800 };
let host: Page;
let code: string;

beforeAll(async () => {
  ({ host, code } = await startWall(await newDevice(browser, LAPTOP), server.url));
});

/** What axe finds on a page, whatever its severity: each rule with the elements. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  // What fades in has too little contrast until it has come.
  await page.evaluate(() => {
    const ends = ({ effect }: Animation) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY;
    return Promise.all(document.getAnimations().map((one) => ends(one) && one.finished));
  });
  return page.evaluate(async () => {
    // Of the page's global scope; the rules are those that axe runs by default.
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    interface Violation {
      id: string;
      nodes: { target: unknown; failureSummary?: string }[];
    }
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" | ")}`);
  });
}

/** The same at the sizes of a laptop and of a phone. */
async function findingsAtSizes(page: Page): Promise<string[]> {
  const found = await findings(page);
  await page.setViewportSize(PHONE);
  found.push(...(await findings(page)));
  await page.setViewportSize(LAPTOP);
  return found;
}

test("axe finds nothing on the start page", async () => {
  const start = await newDevice(browser, LAPTOP);
  await start.goto(server.url);
  expect(await findingsAtSizes(start)).toEqual([]);
  await host
    .context()
    .newPage()
    .then(async (own) => {
      await own.goto(server.url);
      await own.setViewportSize(LAPTOP);
      expect(await findingsAtSizes(own)).toEqual([]);
      await own.close();
    });
});

test("axe finds nothing on the console, empty, playing and with what opens over it", async () => {
  expect(await findingsAtSizes(host)).toEqual([]);
  await host.getByTestId("file").setInputFiles(tone(1_000, 60, -12));
  await host.getByTestId("loop").click();
  await openScreens(browser, server.url, code, 3);
  await becomes(host, "live");
  expect(await findingsAtSizes(host)).toEqual([]);
  for (const panel of ["light", "room"] as const) {
    await openPanel(host, panel);
    expect(await findingsAtSizes(host), panel).toEqual([]);
  }
  await host.locator(".screen").first().click();
  await host.getByTestId("selected").waitFor();
  expect(await findingsAtSizes(host)).toEqual([]);
  await host.getByTestId("close-screen").click();
  await host.getByTestId("bar-text").click();
  expect(await findingsAtSizes(host)).toEqual([]);
  await host.keyboard.press("Escape");
});

test("axe finds nothing on a screen: lit, with its controls, refused and without a wall", async () => {
  const screen = await openScreen(browser, server.url, code, "all", LAPTOP);
  await becomes(screen, "live");
  expect(await findingsAtSizes(screen)).toEqual([]);
  await screen.keyboard.press("Enter");
  await screen.locator("#controls").waitFor();
  expect(await findingsAtSizes(screen)).toEqual([]);
  const lost = await newDevice(browser, LAPTOP);
  await lost.goto(`${server.url}/w/ZZZZZ`);
  expect(await findingsAtSizes(lost)).toEqual([]);
});

test("axe finds nothing on the admin page, before and after the token", async () => {
  const admin = await newDevice(browser, LAPTOP);
  await admin.goto(`${server.url}/admin`);
  await admin.locator("#token").waitFor();
  expect(await findingsAtSizes(admin)).toEqual([]);
  await admin.locator("#token").fill(TOKEN);
  await admin.locator("#token").press("Enter");
  await admin.locator("table").waitFor();
  expect(await findingsAtSizes(admin)).toEqual([]);
});
