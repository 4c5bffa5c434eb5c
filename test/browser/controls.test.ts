import { setTimeout as delay } from "node:timers/promises";
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { CHANGES_ALLOWED, count } from "../support/flash-checker.ts";
import {
  becomes,
  eventually,
  goLive,
  newDevice,
  openScreen,
  PALETTE,
  playSong,
  read,
  startWall,
  turnSafetyOff,
  type Wall,
} from "../support/pages.ts";
import { paintedColours, watch } from "../support/painted.ts";
import { strobe } from "../support/songs.ts";
import { setStage, sharePages } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });

const PHONE = { width: 390, height: 844 };
const PHONE_ON_ITS_SIDE = { width: 844, height: 390 };
/** The least size of what a finger presses, CSS px. */
const FINGER_PX = 44;
/** Changes of the light are counted over this time, ms. */
const WATCHED_MS = 2_000;

/** In the last two tests it is live, and flashes are not limited. */
let wall: Wall;

sharePages(browser, async () => {
  wall = await startWall(await newDevice(browser, { width: 1_280, height: 900 }), server.url);
});

async function openWaiting(viewport: { width: number; height: number }): Promise<Page> {
  const screen = await openScreen(browser, server.url, wall.code, "all", viewport);
  await becomes(screen, "waiting");
  return screen;
}

const controls = (screen: Page) => screen.locator("#controls");

/** Presses where the light is, above or beside the controls. */
const pressLight = (screen: Page) => screen.mouse.click(60, 130);

async function boxOf(element: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  return (await element.boundingBox())!;
}

/** Whether the element that has the focus is in the controls. */
const isFocusInside = (screen: Page) => screen.evaluate<boolean>("controls.contains(document.activeElement)");

/** What a finger presses in the controls and is smaller than a finger, as text. */
function tooSmall(screen: Page): Promise<string[]> {
  return screen.evaluate((least) => {
    const all = [...document.querySelectorAll("#controls :is(button, label, #trim)")];
    const boxes = all.map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }));
    return boxes
      .filter(({ box }) => box.width > 0 && Math.min(box.width, box.height) < least)
      .map(({ text, box }) => `${text} ${box.width} × ${box.height}`);
  }, FINGER_PX);
}

test("on a phone the controls lie in the lower third, for fingers, and some behind More", async () => {
  const screen = await openWaiting(PHONE);
  expect(await controls(screen).isVisible()).toBe(false);
  await pressLight(screen);
  await controls(screen).waitFor();
  // What is chosen is in view.
  expect((await boxOf(screen.locator("label", { hasText: "Neon" }))).x).toBeLessThan(PHONE.width - FINGER_PX);
  const { y } = await boxOf(controls(screen));
  expect(y).toBeGreaterThanOrEqual((2 / 3) * PHONE.height);
  // The wall's name is above them.
  const header = await boxOf(screen.locator(".wall"));
  expect(header.y + header.height).toBeLessThan(y);
  for (const [part, isShown] of [
    ["#palette", true],
    ["#mode", true],
    ["#band", false],
  ] as const)
    expect(await screen.locator(part).isVisible(), part).toBe(isShown);

  await screen.getByRole("button", { name: "More" }).click();
  await screen.locator("#band").waitFor();
  expect((await boxOf(controls(screen))).y).toBeGreaterThanOrEqual(PHONE.height / 2);
  expect(await tooSmall(screen)).toEqual([]);
});

test("a person who has chosen a band can go back to the one that the wall gives", async () => {
  await wall.host.getByTestId("bands").selectOption("rows", { force: true });
  const screen = await openWaiting(PHONE);
  await pressLight(screen);
  await screen.getByRole("button", { name: "More" }).click();
  const chosen = () => screen.locator("#bands input:checked").count();
  await expect.poll(chosen).toBe(0);
  const bass = screen.locator("#bands label", { hasText: "Bass" });
  await bass.click();
  await expect.poll(() => bass.locator("input").isChecked()).toBe(true);
  await screen.getByRole("button", { name: "Follow the wall" }).click();
  await expect.poll(chosen).toBe(0);
  expect(await screen.getByRole("button", { name: "Follow the wall" }).count()).toBe(0);
  await wall.host.getByTestId("bands").selectOption("own", { force: true });
  await screen.close();
});

test("on a phone on its side the controls lie beside the light and the words", async () => {
  const screen = await openWaiting(PHONE_ON_ITS_SIDE);
  await pressLight(screen);
  await controls(screen).waitFor();
  const { x, width } = await boxOf(controls(screen));
  expect(width).toBeLessThanOrEqual(0.4 * PHONE_ON_ITS_SIDE.width);
  expect(x + width).toBe(PHONE_ON_ITS_SIDE.width);
  for (const words of ["#words", ".wall"]) {
    const box = await boxOf(screen.locator(words));
    expect(box.x + box.width, words).toBeLessThanOrEqual(x);
  }
  await screen.getByRole("button", { name: "More" }).click();
  expect((await boxOf(screen.locator("#sound"))).y).toBeLessThan(PHONE_ON_ITS_SIDE.height - FINGER_PX);
  expect(await tooSmall(screen)).toEqual([]);
});

test("a button, a press on the light and Escape close the controls; their use does not", async () => {
  const screen = await openWaiting(PHONE);
  const isGone = () => controls(screen).waitFor({ state: "hidden" });
  await pressLight(screen);
  await screen.getByText("Ocean", { exact: true }).click();
  await screen.getByRole("button", { name: "More" }).click();
  await screen.getByText("Bass", { exact: true }).click();
  expect(await controls(screen).isVisible()).toBe(true);
  await screen.getByRole("button", { name: "Close" }).click();
  await isGone();
  // A mouse that moves brings its pointer only.
  await screen.mouse.move(200, 300);
  expect(await screen.evaluate("getComputedStyle(document.body).cursor")).not.toBe("none");
  expect(await controls(screen).isVisible()).toBe(false);

  await pressLight(screen);
  await controls(screen).waitFor();
  await pressLight(screen);
  await isGone();

  await pressLight(screen);
  await controls(screen).waitFor();
  await screen.keyboard.press("Escape");
  await isGone();
});

test("a key opens the controls and brings the focus into them; closed, they give it back", async () => {
  const screen = await openWaiting(PHONE);
  await screen.getByRole("heading", { level: 1, name: wall.code }).waitFor();
  await screen.keyboard.press("Shift");
  expect(await controls(screen).isVisible()).toBe(false);
  await screen.keyboard.press("Enter");
  await controls(screen).waitFor();
  expect(await isFocusInside(screen)).toBe(true);
  await screen.keyboard.press("Tab");
  expect(await screen.locator("#more").evaluate((more) => more === document.activeElement)).toBe(true);
  await screen.keyboard.press("Escape");
  await controls(screen).waitFor({ state: "hidden" });
  expect(await isFocusInside(screen)).toBe(false);
});

test("the controls fade after 15 s without use, but not under the keyboard's focus", async () => {
  const screen = await newDevice(browser, PHONE);
  await screen.clock.install();
  await screen.goto(`${server.url}/w/${wall.code}?palette=${PALETTE}`);
  await becomes(screen, "waiting");
  await pressLight(screen);
  await controls(screen).waitFor();
  await screen.clock.fastForward(10_000);
  await screen.getByText("Ocean", { exact: true }).click();
  await screen.clock.fastForward(10_000);
  expect(await controls(screen).isVisible()).toBe(true);
  await screen.clock.fastForward(6_000);
  await controls(screen).waitFor({ state: "hidden" });

  await screen.keyboard.press("Enter");
  await controls(screen).waitFor();
  for (let times = 0; times < 3; times++) await screen.clock.fastForward(15_500);
  expect(await controls(screen).isVisible()).toBe(true);
});

test("a waiting screen says what its light will do; a kiosk does not", async () => {
  const warning = "This screen flashes with the music";
  const screen = await openWaiting(PHONE);
  await screen.getByText(warning).waitFor();
  // Also after the time that it would stay over light.
  const opacity = screen.locator("#warning").evaluate((one) => {
    for (const animation of one.getAnimations()) animation.finish();
    return getComputedStyle(one).opacity;
  });
  expect(await opacity).toBe("1");
  const kiosk = await newDevice(browser);
  await kiosk.goto(`${server.url}/w/${wall.code}?kiosk`);
  await becomes(kiosk, "waiting");
  expect(await kiosk.getByText(warning).isVisible()).toBe(false);
});

/** Light is watched for seconds, on a machine that may be busy, ms. */
const WATCHING_TIMEOUT_MS = 120_000;

test(
  "a device that asks for less motion limits flashes where the host has lifted the limit",
  async () => {
    const { host, code } = wall;
    await playSong(host, strobe(4, 20));
    await host.getByTestId("loop").click();
    await host.getByTestId("volume").fill("1");
    await turnSafetyOff(host);
    await goLive(host);
    const [wild, calm] = await Promise.all(
      (["no-preference", "reduce"] as const).map(async (reducedMotion) => {
        const context = await browser.newContext({ viewport: { width: 320, height: 240 }, reducedMotion });
        const screen = await context.newPage();
        await screen.goto(`${server.url}/w/${code}?palette=mono`);
        await becomes(screen, "live");
        return screen;
      }),
    );
    await eventually(
      () => changesOf(wild!),
      (changes) => changes > CHANGES_ALLOWED,
      "flashes where nobody limits them",
      20_000,
    );
    expect(await changesOf(calm!)).toBeLessThanOrEqual(CHANGES_ALLOWED);
    expect(await calm!.getByText("asks for less motion").isVisible()).toBe(true);
    expect(await calm!.locator("#safe").isVisible()).toBe(false);
    await Promise.all([wild, calm].map((screen) => screen!.context().close()));
  },
  WATCHING_TIMEOUT_MS,
);

test("on a small phone on its side no notes lie over the words", async () => {
  const small = await newDevice(browser, { width: 640, height: 360 });
  await small.goto(`${server.url}/w/${wall.code}?ear=analyser`);
  await becomes(small, "blocked");
  const bounds = (id: string) => `document.getElementById("${id}").getBoundingClientRect()`;
  // Playwright's own way to measure would count as a tap.
  expect(await read(small, `${bounds("warning")}.top - ${bounds("words")}.bottom`)).toBeGreaterThan(0);
});

/** The most changes of a screen's light in a second of the next two. */
async function changesOf(screen: Page): Promise<number> {
  await watch(screen);
  await delay(WATCHED_MS);
  return count(await paintedColours(screen)).general;
}
