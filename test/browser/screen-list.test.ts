import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { findings } from "../support/axe.ts";
import {
  goLive,
  newDevice,
  openPanel,
  PALETTE,
  playTones,
  SMALL,
  startWall,
  takeWebGl,
} from "../support/pages.ts";
import { setStage, sharePages } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });
const PHONE = { width: 390, height: 844 };
const LAPTOP = { width: 1_280, height: 800 };

/** What a screen says in its reports in place of its own figures, which a busy machine makes worse. */
interface Told {
  latenessMs?: number;
  clockErrorMs?: number;
  neededMs?: number;
  paintRate?: number;
}

const WELL: Told = { latenessMs: 0, clockErrorMs: 1, neededMs: 150, paintRate: 60 };

let host: Page;
let screens: Page[];

sharePages(browser, async () => {
  const device = await newDevice(browser, LAPTOP);
  await takeWebGl(device);
  const wall = await startWall(device, server.url);
  host = wall.host;
  await playTones(host);
  await goLive(host);
  screens = [];
  for (const told of [{}, { paintRate: 30 }, { latenessMs: 400 }, { clockErrorMs: 45 }]) {
    screens.push(await openTelling(wall.code, told));
  }
  await openPanel(host, "room");
});

/** Opens a screen whose reports say this. */
async function openTelling(code: string, told: Told): Promise<Page> {
  const screen = await newDevice(browser, SMALL);
  await screen.addInitScript(
    (told) => {
      const { send } = WebSocket.prototype;
      const page = globalThis as unknown as { tell(told: object): void };
      WebSocket.prototype.send = function (data) {
        const isReport = typeof data === "string" && data.startsWith('{"type":"report"');
        if (!isReport) return send.call(this, data);
        page.tell = (now) => {
          Object.assign(told, now);
          send.call(this, JSON.stringify({ ...JSON.parse(data), ...told }));
        };
        page.tell({});
      };
    },
    { ...WELL, ...told },
  );
  await screen.goto(`${server.url}/w/${code}?palette=${PALETTE}`);
  return screen;
}

/** Lets a screen report this from now on. */
async function tell(screen: Page, told: Told): Promise<void> {
  await screen.waitForFunction("globalThis.tell");
  await screen.evaluate((told) => {
    (globalThis as unknown as { tell(told: object): void }).tell(told);
  }, told);
}

/** Takes focus and pointer out of the list, where a popover that closes may have left them. */
async function leave(): Promise<void> {
  await host.evaluate(() => (document.activeElement as HTMLElement).blur());
  await host.mouse.move(1, 1);
}

const rows = () => host.getByTestId("listed-screen");
const numbers = () => rows().locator("strong").allInnerTexts();
const lights = () => rows().evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.health));

test("the screens that need help come first, with what is wrong and what to do next", async () => {
  const reasons = () => rows().evaluateAll((all) => all.map((row) => row.querySelector("p")?.textContent));
  // At first they get the song over their WebSockets, and have not reported anything.
  await expect
    .poll(reasons, { timeout: 30_000 })
    .toEqual([
      "Its light is 400 ms late",
      "Its clock may be off by 45 ms",
      "Too few pictures: 30 a second",
      "In time",
    ]);
  await expect.poll(numbers).toEqual(["3", "4", "2", "1"]);
  await expect.poll(lights).toEqual(["red", "amber", "amber", "green"]);
  const texts = await rows().allInnerTexts();
  expect(texts[0]).toContain("reload its page");
  expect(texts[2]).toContain("battery saver");
  // What comes over UDP is reported a little later.
  const figures = async () => (await rows().allInnerTexts()).map((text) => text.split("\n").at(-1));
  const overUdp = expect.stringMatching(/UDP, .*\d+ pictures\/s/);
  await expect.poll(figures).toEqual([overUdp, overUdp, overUdp, overUdp]);
});

test("a press on a row opens the screen's settings, and their end gives the focus back to it", async () => {
  for (const size of [LAPTOP, PHONE]) {
    await host.setViewportSize(size);
    const row = rows().nth(2).getByRole("button");
    await rows().nth(2).click();
    const popover = host.getByTestId("selected");
    await expect.poll(() => popover.getAttribute("aria-label")).toBe("Screen 2");
    expect(await popover.getByTestId("hint").innerText()).toContain("battery saver");
    await host.keyboard.press("Escape");
    await popover.waitFor({ state: "detached" });
    await expect.poll(() => row.evaluate((button) => button === document.activeElement)).toBe(true);
  }
  await host.setViewportSize(LAPTOP);
});

test("no row moves while the focus or the pointer is in the list", async () => {
  await rows().nth(2).getByRole("button").focus();
  await tell(screens[0]!, { latenessMs: 900 });
  await expect.poll(lights).toEqual(["red", "amber", "amber", "red"]);
  await expect.poll(numbers).toEqual(["3", "4", "2", "1"]);
  await rows().nth(0).hover();
  await host.evaluate(() => (document.activeElement as HTMLElement).blur());
  await tell(screens[1]!, { paintRate: 20 });
  await expect.poll(() => rows().nth(2).innerText()).toContain("Too few pictures: 20");
  expect(await numbers()).toEqual(["3", "4", "2", "1"]);
  await expect.poll(() => leave().then(numbers)).toEqual(["1", "3", "4", "2"]);
});

test("a screen that is switched off comes last, and one that leaves is not listed any more", async () => {
  await rows().nth(0).getByRole("button").click();
  await host.getByTestId("lock").click();
  await host.getByTestId("close-screen").click();
  await expect.poll(() => leave().then(numbers)).toEqual(["3", "4", "2", "1"]);
  expect(await rows().nth(3).innerText()).toContain("switched off");
  await screens[2]!.close();
  await expect.poll(numbers).toEqual(["4", "2", "1"]);
});

test("axe finds nothing on the list", async () => {
  for (const size of [PHONE, LAPTOP]) {
    await host.setViewportSize(size);
    expect(await findings(host)).toEqual([]);
  }
});
