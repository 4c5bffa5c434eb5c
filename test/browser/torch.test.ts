import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { becomesLit, newDevice, openScreen, startWall, type Wall } from "../support/pages.ts";
import { swells } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

/** Chromium's emulation of a phone: its pointer is a finger. */
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const { server, browser } = await setStage({ kiosk: true, keepPages: true });

/** In the page: a rear camera, with a lamp or without one. */
function placeCamera(hasLamp: boolean): void {
  const changes: { torch: boolean; at: number }[] = [];
  Object.assign(globalThis, { changes });
  const { getSupportedConstraints } = MediaDevices.prototype;
  MediaDevices.prototype.getSupportedConstraints = function () {
    return { ...getSupportedConstraints.call(this), torch: true };
  };
  navigator.mediaDevices.getUserMedia = async () => {
    const stream = document.createElement("canvas").captureStream();
    const [track] = stream.getVideoTracks();
    Object.assign(track!, {
      getCapabilities: () => ({ torch: hasLamp }),
      applyConstraints: async ({ advanced }: { advanced: [{ torch: boolean }] }) =>
        void changes.push({ torch: advanced[0].torch, at: performance.now() }),
    });
    Object.assign(globalThis, { track });
    return stream;
  };
}

/** A live wall, whose sound swells and fades. */
let wall: Wall;

beforeAll(async () => {
  wall = await startWall(await newDevice(browser), server.url);
  await wall.host.getByTestId("file").setInputFiles(swells(40));
  await wall.host.getByTestId("loop").click();
});

async function openWithCamera(hasLamp: boolean): Promise<Page> {
  const screen = await (await browser.newContext(PHONE)).newPage();
  await screen.addInitScript(placeCamera, hasLamp);
  await screen.goto(`${server.url}/w/${wall.code}?palette=neon`);
  await becomesLit(screen);
  await screen.mouse.click(200, 150);
  await screen.getByRole("button", { name: "More" }).click();
  return screen;
}

const lamp = (screen: Page) => screen.getByRole("switch", { name: "Camera lamp" });

test("the camera's lamp follows the light when a person wants it, flashes slowly, and goes out", async () => {
  const screen = await openWithCamera(true);
  await lamp(screen).click();
  const changes = () => screen.evaluate<{ torch: boolean; at: number }[]>("changes");
  await expect.poll(async () => (await changes()).length).toBeGreaterThan(5);
  const all = await changes();
  expect(all.every(({ torch }, n) => torch === (n % 2 === 0))).toBe(true);
  expect(Math.min(...all.slice(1).map(({ at }, n) => at - all[n]!.at))).toBeGreaterThan(200);

  await wall.host.getByTestId("text-blackout").click();
  await expect.poll(async () => (await changes()).at(-1)!.torch).toBe(false);
  await wall.host.getByTestId("text-blackout").click();
  const before = (await changes()).length;
  await expect.poll(async () => (await changes()).length).toBeGreaterThan(before);

  await lamp(screen).click();
  expect(await lamp(screen).getAttribute("aria-checked")).toBe("false");
  expect(await screen.evaluate("track.readyState")).toBe("ended");
});

test("a camera without a lamp says so, and is closed again", async () => {
  const screen = await openWithCamera(false);
  await lamp(screen).click();
  await screen.getByText("does not let the page use the camera's lamp").waitFor();
  expect(await lamp(screen).getAttribute("aria-checked")).toBe("false");
  expect(await screen.evaluate("track.readyState")).toBe("ended");
});

test("the lamp is not offered on a computer, nor where less motion is asked for", async () => {
  const plain = await openScreen(browser, server.url, wall.code);
  await becomesLit(plain);
  await plain.mouse.click(60, 60);
  expect(await lamp(plain).count()).toBe(0);
  const calm = await browser.newContext({ ...PHONE, reducedMotion: "reduce" });
  const page = await calm.newPage();
  await page.addInitScript(placeCamera, true);
  await page.goto(`${server.url}/w/${wall.code}`);
  await page.locator("#torch").waitFor({ state: "attached" });
  await page.mouse.click(200, 150);
  expect(await lamp(page).count()).toBe(0);
});
