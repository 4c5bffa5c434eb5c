import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newDevice } from "../support/pages.ts";
import { SignalClient } from "../support/signal-client.ts";
import { setStage } from "../support/stage.ts";

const TOKEN = "an administrator's token";
const { server, browser } = await setStage({ env: { ADMIN_TOKEN: TOKEN, NETWORK_SHARE: "100" } });

/** Hosts of walls that are open during all tests. */
const hosts: SignalClient[] = [];
let codes: string[];

beforeAll(async () => {
  codes = [await openWall(), await openWall()];
});

afterAll(() => {
  for (const host of hosts) host.close();
});

/** Opens a wall and returns its code. */
async function openWall(): Promise<string> {
  const host = await SignalClient.connect(server.port);
  hosts.push(host);
  return (await host.host()).code;
}

/** Opens the page with a clock that the test drives, and shows the token. */
async function openAdmin(token = TOKEN, viewport = { width: 1_280, height: 800 }): Promise<Page> {
  const page = await newDevice(browser, viewport);
  await page.clock.install();
  await page.goto(`${server.url}/admin`);
  await page.locator("#token").fill(token);
  await page.getByRole("button", { name: "Show the walls" }).click();
  return page;
}

const rowOf = (page: Page, code: string) => page.locator(`tr[data-code="${code}"]`);
const shownCodes = (page: Page) =>
  page
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.code as string));
const focusedLabel = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));

test("a wrong token is an error of its field; the right one shows the walls and the load", async () => {
  const page = await openAdmin("a wrong token");
  const alert = page.getByRole("alert").filter({ hasText: "Wrong token" });
  await alert.waitFor();
  expect(await alert.evaluate((line) => getComputedStyle(line).color)).toBe("rgb(255, 180, 166)");
  const field = page.locator("#token");
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
  await field.fill(TOKEN);
  await field.press("Enter");
  await rowOf(page, codes[0]!).waitFor();
  expect(await alert.count()).toBe(0);
  expect(await page.locator("#figures").innerText()).toMatch(/Walls\s+\d+\s+of 100\s+Screens\s+0/);
  expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
});

test("refreshing keeps the chosen order, and the focus where it is", async () => {
  const page = await openAdmin();
  const header = page.getByRole("columnheader", { name: "Wall" });
  await header.getByRole("button").click();
  expect(await header.getAttribute("aria-sort")).toBe("ascending");
  await header.getByRole("button").click();
  expect(await header.getAttribute("aria-sort")).toBe("descending");
  const [top] = await shownCodes(page);
  await rowOf(page, top!).getByRole("button").focus();
  // Enough for one of them to come before the row with the focus.
  const opened = [await openWall(), await openWall(), await openWall()];
  await page.clock.runFor(2_000);
  for (const code of opened) await rowOf(page, code).waitFor();
  const shown = await shownCodes(page);
  expect(shown).toEqual(shown.toSorted().reverse());
  expect(await focusedLabel(page)).toBe(`Close wall ${top}`);
});

test("a wall is closed after five seconds unless Undo keeps it; the focus goes to the next one", async () => {
  const code = await openWall();
  const host = hosts.at(-1)!;
  const page = await openAdmin();
  const row = rowOf(page, code);
  await row.getByRole("button", { name: "Close" }).click();
  await row.getByText("Closing in 5 s").waitFor();
  await page.clock.runFor(3_000);
  await row.getByText("Closing in 2 s").waitFor();
  await row.getByRole("button", { name: "Undo" }).click();
  await page.clock.runFor(10_000);
  expect(await row.innerText()).not.toContain("Closing");

  await row.getByRole("button", { name: "Close" }).click();
  await page.clock.runFor(5_200);
  for (;;) if ((await host.next("room")).room.state === "closed") break;
  await row.waitFor({ state: "detached" });
  expect(await focusedLabel(page)).toMatch(/^Close wall /);
});

test("whoever leaves the page closes nothing", async () => {
  const page = await openAdmin();
  const row = rowOf(page, codes[0]!);
  await row.getByRole("button", { name: "Close" }).click();
  await row.getByText("Closing in 5 s").waitFor();
  await page.evaluate(() => window.dispatchEvent(new Event("pagehide")));
  await page.clock.runFor(10_000);
  expect(await row.getByRole("button").innerText()).toBe("Close");
  expect(await shownCodes(page)).toContain(codes[0]);
});

test("on a phone every figure has its label, the order can be chosen, and nothing is cut", async () => {
  const page = await openAdmin(TOKEN, { width: 390, height: 844 });
  const row = rowOf(page, codes[0]!);
  await row.waitFor();
  expect(
    await row
      .locator("td")
      .nth(2)
      .evaluate((cell) => getComputedStyle(cell, "::before").content),
  ).toBe('"Screens"');
  await page.getByRole("button", { name: "Worst loss" }).click();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});
