import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  becomesLit,
  goLive,
  newDevice,
  openPanel,
  openScreens,
  PIXEL,
  playSong,
  read,
  startWall,
  takeWebGl,
} from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage, sharePages } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });

/** The wall of all tests: a host that is live with a steady tone, and two screens. */
let host: Page;
let screens: [Page, Page];

sharePages(browser, async () => {
  const device = await newDevice(browser);
  // The console then draws looks with few pixels: a CPU that stands in for a GPU would slow everything down.
  await takeWebGl(device);
  const wall = await startWall(device, server.url);
  host = wall.host;
  await host.setViewportSize({ width: 1_280, height: 1_000 });
  await play(-12);
  await host.getByTestId("loop").click();
  await goLive(host);
  screens = (await openScreens(browser, server.url, wall.code, 2)) as [Page, Page];
  await host.locator('.screen[data-present="true"]').nth(1).waitFor();
});

/** Plays a tone whose loudness is in dB relative to full scale. */
async function play(dbfs: number): Promise<void> {
  await playSong(host, tone(1_000, 40, dbfs));
}

test("the light map makes a quiet song light the screens", async () => {
  await play(-36);
  await openPanel(host, "light");
  await host.getByTestId("gain-auto").check();
  await Promise.all(screens.map((screen) => becomesLit(screen, 20_000)));
});

test("the console shows bands that screens choose, and sets bands and colours of screens", async () => {
  const [first, second] = screens;
  const facts = (n: number) => host.locator(".screen").nth(n).locator(".facts").innerText();

  // A person chooses bands at the screen, and the console shows them.
  await first.mouse.move(100, 100);
  await first.locator("input[name=band][value=presence]").dispatchEvent("click");
  await expect.poll(() => facts(0)).toContain("Presence");
  await first.locator("input[name=band][value=all]").dispatchEvent("click");
  await expect.poll(() => facts(0)).toContain("All");

  // The host sets the band by two frequencies. Out of range, they become the nearest allowed ones.
  await host.locator(".screen").nth(1).click();
  await host.getByTestId("band").selectOption("custom");
  await host.getByTestId("band-from").fill("300");
  await host.getByTestId("band-from").press("Enter");
  await host.getByTestId("band-to").fill("90000");
  await host.getByTestId("band-to").press("Enter");
  await expect.poll(() => facts(1)).toContain("300 Hz – 20 kHz");
  const figures = host.getByTestId("figures");
  await expect.poll(() => figures.innerText(), { timeout: 10_000 }).toMatch(/% lost, clock ±\d+\.\d ms/);

  await host.getByTestId("close-screen").click();
  await host.getByTestId("palette-own").click();
  const colours = host.getByTestId("palette-editor").locator("input[type=color]");
  for (let n = 0; n < (await colours.count()); n++) await colours.nth(n).fill("#00ff00");
  for (const screen of [first, second]) {
    await expect.poll(() => read(screen, PIXEL)).toMatch(/^rgb\(0 (1[5-9]\d|2\d\d) 0\)$/);
  }
});

/** The stencil that a screen loads next: how far the pixel at a share of its width and height is inside. */
async function nextStencil(screen: Page, change: () => Promise<void>) {
  const response = screen.waitForResponse((response) => response.url().includes("/stencil/"));
  await change();
  const bytes = await (await response).body();
  const [width, height] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
  expect(bytes).toHaveLength(4 + width * height);
  const at = (x: number, y: number) => Math.floor(y * height) * width + Math.floor(x * width);
  return (x: number, y: number) => bytes[4 + at(x, y)]! - 128;
}

test("light shines through words, and through a picture whose script does not run", async () => {
  const [screen] = screens;
  await host.getByTestId("look").selectOption("stencil");
  await screen.locator(".look:not([hidden])").waitFor({ timeout: 20_000 });
  const words = await nextStencil(screen, async () => {
    await host.getByTestId("stencil-words").fill("I I");
    await host.getByTestId("stencil-words").press("Enter");
  });
  // Two bars with a gap between them.
  expect(words(0.5, 0.5)).toBeLessThan(0);
  expect(Math.max(...[0.05, 0.1, 0.15, 0.2, 0.25].map((x) => words(x, 0.5)))).toBeGreaterThan(0);

  const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" onload="alert(1)">
    <script>top.hacked = true; fetch("/hacked")</script><rect width="20" height="20"/></svg>`;
  const asked: string[] = [];
  host.on("request", (request) => asked.push(request.url()));
  const picture = await nextStencil(screen, async () => {
    const file = { name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(logo) };
    await host.getByTestId("stencil-file").setInputFiles(file);
  });
  // The left half, which is cut out: all of it but a margin.
  expect(picture(0.5, 0.5)).toBeGreaterThan(0);
  expect(picture(0.01, 0.5)).toBeLessThan(0);
  expect(asked.filter((url) => url.includes("hacked"))).toEqual([]);
  expect(await read(host, "globalThis.hacked === undefined")).toBe(true);

  const none = { name: "logo.png", mimeType: "image/png", buffer: Buffer.from("no picture") };
  await host.getByTestId("stencil-file").setInputFiles(none);
  await host.getByText("This file is no picture that the browser can read.").waitFor();
});

test("a key recalls a scene on all screens, and a light of the host's own is kept as a scene", async () => {
  // Keys typed into a field recall nothing.
  await host.locator(":focus").evaluate((field: HTMLElement) => field.blur());
  await host.keyboard.press("3");
  await expect.poll(() => host.getByTestId("look").inputValue()).toBe("bars");
  for (const screen of screens) await screen.locator(".look:not([hidden])").waitFor({ timeout: 20_000 });
  const scenes = host.getByTestId("scene");
  await expect.poll(() => scenes.nth(2).getAttribute("aria-pressed")).toBe("true");

  await host.getByTestId("palette-ocean").click();
  await openPanel(host, "scenes");
  await host.getByTestId("scene-name").fill("Night sea");
  await host.getByTestId("scene-name").press("Enter");
  await scenes.nth(0).click();
  await expect.poll(() => host.getByTestId("look").inputValue()).toBe("solid");
  await host.reload();
  await scenes.filter({ hasText: "Night sea" }).click();
  await expect.poll(() => host.getByTestId("look").inputValue()).toBe("bars");
  expect(await host.getByTestId("palette-ocean").getAttribute("aria-pressed")).toBe("true");
  await host.getByRole("button", { name: "Remove the scene Night sea" }).click();
  await expect.poll(() => scenes.count()).toBe(10);
});

test("a screen dropped between places of the grid stays there, also after a reload", async () => {
  const tile = host.locator(".screen").nth(1);
  const at = async () => [await tile.getAttribute("data-x"), await tile.getAttribute("data-y")].map(Number);
  await host.getByTestId("free-places").check();
  const box = (await tile.boundingBox())!;
  await host.mouse.move(box.x + 20, box.y + 20);
  await host.mouse.down();
  await host.mouse.move(box.x + 20 + box.width / 2, box.y + 20 + box.height / 4, { steps: 5 });
  await host.mouse.up();
  await expect.poll(async () => (await at())[0]).toBeGreaterThan(101.4);
  const [x, y] = (await at()) as [number, number];
  expect(x).toBeLessThan(101.6);
  expect(y).toBeGreaterThan(100.2);
  expect(y).toBeLessThan(100.3);
  await host.reload();
  await expect.poll(() => tile.count()).toBe(1);
  expect(await at()).toEqual([x, y]);
});
