import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  becomes,
  becomesLit,
  newDevice,
  PALETTE,
  startLiveWall,
  startWall,
  TONES,
  words,
} from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

/** Presses Tab until the element has the focus, then presses a key. */
async function tabTo(page: Page, selector: string, key: "Enter" | "Space"): Promise<void> {
  const element = page.locator(selector);
  await element.waitFor();
  const isFocused = () => element.evaluate((node) => node === document.activeElement);
  for (let presses = 0; !(await isFocused()); presses++) {
    expect(presses, `presses of Tab to ${selector}`).toBeLessThan(40);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press(key);
}

test("a person with a mouse starts a wall, and joins it by its link and by its typed code", async () => {
  const host = await newDevice(browser);
  await host.goto(server.url);
  await host.getByRole("button", { name: "Start a wall" }).click();
  const chooser = host.waitForEvent("filechooser");
  await host.getByRole("button", { name: "Choose songs" }).click();
  await (await chooser).setFiles(TONES);
  await expect.poll(() => host.getByTestId("title").innerText()).toBe("tones");
  await host.getByRole("button", { name: "Loop" }).click();
  await host.getByRole("button", { name: "Go live" }).click();
  await becomes(host, "live");
  await expect
    .poll(() => host.getByTestId("meter").getAttribute("aria-valuenow").then(Number))
    .toBeGreaterThan(50);

  const byLink = await newDevice(browser);
  await byLink.goto((await host.getByTestId("link").getAttribute("href"))!);
  await byLink.goto(`${byLink.url().split("?")[0]}?band=all&palette=${PALETTE}`);
  await becomesLit(byLink);

  const byCode = await newDevice(browser);
  await byCode.goto(server.url);
  const code = await host.getByTestId("code").innerText();
  await byCode.getByTestId("join-code").fill(` ${code.trim().toLowerCase().replace(/^../, "$& - ")}`);
  await byCode.getByRole("button", { name: "Join" }).click();
  await byCode.waitForURL(/\/w\//);
  await byCode.goto(`${byCode.url().split("?")[0]}?band=all&palette=${PALETTE}`);
  await becomesLit(byCode);

  await expect.poll(() => host.getByTestId("listeners").innerText()).toBe("2");
  await host.getByRole("button", { name: "Stop" }).click();
  await becomes(byLink, "waiting");
  await becomes(byCode, "waiting");
});

test("a person with a keyboard starts a wall and joins it", async () => {
  const host = await newDevice(browser);
  await host.goto(server.url);
  await tabTo(host, "#start", "Enter");
  await tabTo(host, "[data-testid=demo]", "Enter");
  await tabTo(host, "[data-testid=go-live]", "Space");
  await becomes(host, "live");
  const screen = await newDevice(browser);
  await screen.goto(`${host.url().replace("/host/", "/w/")}?band=all&palette=${PALETTE}`);
  await becomesLit(screen);
  // While no control has the focus, the space bar pauses and plays the song.
  await host.evaluate("document.activeElement.blur()");
  await host.keyboard.press("Space");
  await becomes(screen, "paused");
  await host.keyboard.press("Space");
  await becomesLit(screen);
});

test("a file dropped on the console plays, with the name that its tags tell", async () => {
  const { host } = await startWall(await newDevice(browser), server.url);
  await host.evaluate(async (url) => {
    const song = await (await fetch(url)).blob();
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([song], "dropped.mp3", { type: "audio/mpeg" }));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, "/demo-song.mp3");
  await expect.poll(() => host.getByTestId("title").innerText()).toBe("Lightwall – Lightwall demo song");
  await expect.poll(() => host.evaluate("document.documentElement.dataset.song")).toBe("playing");
});

test("a screen with an AnalyserNode asks for a tap if the browser starts no sound", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser);
  await screen.goto(`${server.url}/w/${code}?band=all&palette=${PALETTE}&ear=analyser`);
  await becomes(screen, "blocked");
  await expect.poll(() => words(screen)).toContain("Tap once");
  await screen.mouse.click(300, 300);
  await becomesLit(screen);
});

test("a screen keeps its settings in its address and restores them when it is opened again", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser);
  await screen.goto(`${server.url}/w/${code}?band=100-300&palette=classic`);
  await becomes(screen, "live");
  await screen.mouse.click(200, 200);
  await screen.getByRole("button", { name: "More" }).click();
  await screen.getByText("Bass", { exact: true }).click();
  await screen.getByText("Ocean", { exact: true }).click();
  const isSet = async () => {
    await expect.poll(() => new URL(screen.url()).search).toBe("?band=bass&palette=ocean");
    expect(await screen.locator("input[name=band]:checked").inputValue()).toBe("bass");
    expect(await screen.locator("input[name=palette]:checked").inputValue()).toBe("ocean");
  };
  await isSet();
  await screen.reload();
  await isSet();
  await screen.goto(`${server.url}/w/${code}`);
  await isSet();
});
