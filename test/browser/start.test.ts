import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { OwnWall } from "../../client/shared/own-wall.ts";
import { WALLS_KEY } from "../../client/shared/walls.ts";
import { becomes, newDevice, startWall } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

/** A PNG of one pixel. */
const PICTURE = [
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
  "AAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
].join("");
const DAY_MS = 86_400_000;

/** Walls that were used 1, 2, 3… days ago; the first one has a name and a picture. */
function someWalls(count: number): OwnWall[] {
  return [..."34679ACDEFGH"].slice(0, count).map((letter, n) => {
    const usedAt = Date.now() - (n + 1) * DAY_MS;
    const wall = { code: `K7QX${letter}`, hostKey: `key ${n}`, openedAt: usedAt, usedAt };
    return n === 0 ? { ...wall, name: "Summer party", picture: PICTURE } : wall;
  });
}

/** Opens the start page in a browser that has these walls. */
async function openStart(walls: readonly OwnWall[]): Promise<Page> {
  const page = await newDevice(browser);
  await page.goto(server.url);
  await page.evaluate(([key, text]) => localStorage.setItem(key!, text!), [WALLS_KEY, JSON.stringify(walls)]);
  await page.reload();
  return page;
}

const keptCodes = (page: Page) =>
  page.evaluate(
    (key) => (JSON.parse(localStorage.getItem(key) ?? "[]") as { code: string }[]).map(({ code }) => code),
    WALLS_KEY,
  );
const shownWalls = (page: Page) => page.locator("#walls > li:visible");

test("the start page shows a host's last walls with picture, name, code and date", async () => {
  const page = await openStart(someWalls(6).reverse());
  expect(await shownWalls(page).count()).toBe(4);
  const first = shownWalls(page).first();
  expect(await first.innerText()).toMatch(/Summer party\s+K7QX3\s*yesterday/);
  expect(await first.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  expect(await shownWalls(page).nth(1).innerText()).toMatch(/^K7QX4\s+2 days ago/);
  await page.getByTestId("all-walls").click();
  expect(await shownWalls(page).count()).toBe(6);
  expect(await page.getByRole("heading", { level: 1 }).allInnerTexts()).toEqual(["Lightwall"]);
  expect(await page.getByRole("heading", { level: 2 }).allInnerTexts()).toEqual(["Your walls"]);
  await first.locator("a").click();
  await page.waitForURL("**/host/K7QX3");
});

test("a removed wall comes back with one press, until the page is left", async () => {
  const page = await openStart(someWalls(3));
  const remove = page.getByRole("button", { name: "Remove Summer party from this list" });
  await remove.click();
  expect(await keptCodes(page)).toEqual(["K7QX4", "K7QX6"]);
  // The focus is on the button that brings it back.
  await page.keyboard.press("Enter");
  expect(await keptCodes(page)).toEqual(["K7QX3", "K7QX4", "K7QX6"]);
  expect(await shownWalls(page).first().innerText()).toContain("Summer party");
  await remove.click();
  await page.reload();
  expect(await shownWalls(page).count()).toBe(2);
});

test("a file takes a host's walls to another browser; a wrong file is refused with words", async () => {
  const here = await openStart(someWalls(3));
  await here.getByTestId("keys").click();
  const saving = here.waitForEvent("download");
  await here.getByTestId("save-keys").click();
  const file = await (await saving).path();
  expect(await here.getByTestId("keys-message").innerText()).toContain("Whoever has the file can host them");

  const there = await openStart(someWalls(1));
  await there.getByTestId("keys").click();
  await there.getByTestId("keys-file").setInputFiles(file);
  await expect.poll(() => there.getByTestId("keys-message").innerText()).toBe("2 walls added.");
  expect(await shownWalls(there).count()).toBe(3);
  expect(await keptCodes(there)).toHaveLength(3);
  const song = { name: "song.json", mimeType: "application/json", buffer: Buffer.from("[1, 2]") };
  await there.getByTestId("keys-file").setInputFiles(song);
  await expect.poll(() => there.getByTestId("keys-problem").innerText()).toContain("not a file of wall keys");
  expect(await there.getByTestId("keys-message").innerText()).toBe("");
});

test("without walls the start page offers to add some, and nothing to save", async () => {
  const page = await openStart([]);
  expect(await page.getByTestId("own").isVisible()).toBe(false);
  await page.getByTestId("keys").click();
  expect(await page.getByTestId("save-keys").isVisible()).toBe(false);
  expect(await page.getByRole("button", { name: "Add walls from a file" }).isVisible()).toBe(true);
});

test("a wrong code is an error of its field, until another one is typed", async () => {
  const page = await openStart([]);
  const code = page.getByTestId("join-code");
  await code.fill("K7Q");
  await page.getByTestId("join").click();
  const alert = page.getByRole("alert").filter({ hasText: "5 characters" });
  expect(await alert.isVisible()).toBe(true);
  expect(await code.getAttribute("aria-describedby")).toBe(await alert.getAttribute("id"));
  expect(await code.getAttribute("aria-invalid")).toBe("true");
  await code.press("M");
  expect(await code.getAttribute("aria-invalid")).toBeNull();
  expect(await page.getByTestId("code-problem").innerText()).toBe("");
});

test("a wall that is hosted becomes the last used one", async () => {
  const page = await newDevice(browser);
  const { code } = await startWall(page, server.url);
  await page.evaluate(
    ([key, text]) => {
      const [wall] = JSON.parse(localStorage.getItem(key!)!);
      localStorage.setItem(key!, JSON.stringify([{ ...wall, usedAt: 1, openedAt: 1 }, ...JSON.parse(text!)]));
    },
    [WALLS_KEY, JSON.stringify(someWalls(2))],
  );
  await page.goto(server.url);
  expect(await shownWalls(page).last().innerText()).toContain(code);
  await page.goto(`${server.url}/host/${code}`);
  await becomes(page, "ready");
  await page.goto(server.url);
  expect(await shownWalls(page).first().innerText()).toMatch(new RegExp(`^${code}\\s+now`));
});
