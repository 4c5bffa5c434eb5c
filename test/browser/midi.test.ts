import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { findingsAtSizes, LAPTOP } from "../support/axe.ts";
import { launchChromium } from "../support/chromium.ts";
import { CONTROLLER, type FakeController, giveFakeMidi } from "../support/fake-midi.ts";
import {
  becomes,
  becomesDark,
  becomesLit,
  goLive,
  newDevice,
  openPanel,
  openScreens,
  playTones,
  startWall,
} from "../support/pages.ts";
import { setStage, sharePages } from "../support/stage.ts";

/*
 * No machine that runs these tests has a MIDI controller, and most have no MIDI at all (on Linux: an ALSA
 * sequencer). So the pages get a Web MIDI that is not the browser's, with one input whose messages the tests
 * send. What follows from a message is real, from the event to the light of the screens. That Chromium opens
 * a real controller is not tested.
 */

/** A name that is not this machine's own to a browser, so that its pages are not on a secure origin. */
const PLAIN_NAME = "wall.test";
/** The first bytes of a hit pad and of one that is let go on channel 10, and of a knob on channel 1. */
const [HIT, LET_GO, KNOB] = [0x99, 0x89, 0xb0];

const { server, browser } = await setStage({ keepPages: true, env: { HOSTNAMES: PLAIN_NAME } });
const plain = await launchChromium({ plainName: PLAIN_NAME });
afterAll(() => plain.close());

let host: Page;
let controller: FakeController;
let screens: Page[];

sharePages(browser, async () => {
  const page = await newDevice(browser, LAPTOP);
  controller = await giveFakeMidi(page);
  const wall = await startWall(page, server.url);
  host = wall.host;
  await playTones(host);
  await goLive(host);
  screens = await openScreens(browser, server.url, wall.code, 2);
  for (const screen of screens) await becomesLit(screen);
});

const accessOf = (page: Page) => page.getByTestId("midi-access").innerText();
const access = () => accessOf(host);
const row = (action: string) => host.getByTestId(`midi-${action}`);
const isBlack = () => host.getByTestId("text-blackout").getAttribute("aria-pressed");
const brightness = () => host.locator(".bar .brightness input").getAttribute("aria-valuetext");

async function openMidi(page = host): Promise<void> {
  await openPanel(page, "room");
  await page.getByTestId("midi").click();
}

/** A pad that is hit and let go. */
async function hitPad(note: number): Promise<void> {
  await controller.send(HIT, note, 100);
  await controller.send(LET_GO, note, 0);
}

async function learn(name: string): Promise<void> {
  await host.getByRole("button", { name: `Learn: ${name}` }).click();
}

test("controllers are asked for by a press only, and shown when they are plugged in", async () => {
  await openMidi();
  expect(await access()).toBe("No MIDI controller is connected yet.");
  expect(await controller.asked()).toBe(0);
  expect(await findingsAtSizes(host)).toEqual([]);
  await controller.plug(false);
  await host.getByTestId("midi-connect").click();
  await expect.poll(access).toContain("Plug one in");
  expect(await controller.asked()).toBe(1);
  // The pressed button is gone: the focus goes on to the list.
  expect(await host.evaluate("document.activeElement.ariaLabel")).toBe("Learn: Blackout");
  await controller.plug(true);
  await expect.poll(access).toBe(`Connected: ${CONTROLLER}`);
});

test("a pad learns blackout, and then makes all screens dark and lit again", async () => {
  await learn("Blackout");
  expect(await row("blackout").innerText()).toContain("Move a knob or press a pad");
  await expect.poll(() => host.getByTestId("midi-learning").innerText()).toContain("Blackout: move a knob");
  await hitPad(36);
  await expect.poll(() => row("blackout").innerText()).toContain(`${CONTROLLER}, note 36, channel 10`);
  expect(await isBlack()).toBe("false");
  await hitPad(36);
  for (const screen of screens) await becomesDark(screen);
  expect(await isBlack()).toBe("true");
  await hitPad(36);
  for (const screen of screens) await becomesLit(screen);
  expect(await isBlack()).toBe("false");
});

test("a knob learns brightness, and one turn of it is one step that can be undone", async () => {
  await learn("Brightness");
  await controller.send(KNOB, 7, 100);
  await expect.poll(() => row("brightness").innerText()).toContain(`${CONTROLLER}, CC 7, channel 1`);
  expect(await brightness()).toBe("100 %");
  for (const value of [96, 64, 32, 0]) await controller.send(KNOB, 7, value);
  for (const screen of screens) await becomesDark(screen);
  expect(await brightness()).toBe("0 %");
  expect(await host.getByTestId("undo").getAttribute("aria-label")).toBe("Undo brightness");
  await host.keyboard.press("Control+z");
  await expect.poll(brightness).toBe("100 %");
  for (const screen of screens) await becomesLit(screen);
});

test("Escape or the same button ends learning, and the panel stays open", async () => {
  await learn("Freeze");
  await host.keyboard.press("Escape");
  expect(await row("freeze").locator("[aria-pressed]").getAttribute("aria-pressed")).toBe("false");
  await learn("Freeze");
  await learn("Freeze");
  await hitPad(40);
  expect(await row("freeze").innerText()).not.toContain("40");
  expect(await row("freeze").isVisible()).toBe(true);
  expect(await findingsAtSizes(host)).toEqual([]);
  await learn("Freeze");
  await host.keyboard.press("Escape");
  await host.keyboard.press("Escape");
  await row("freeze").waitFor({ state: "hidden" });
});

test("after a reload nobody is asked; with the permission the controls act again at once", async () => {
  await host.reload();
  await becomes(host, "ready");
  await openMidi();
  expect(await access()).toBe("No MIDI controller is connected yet.");
  expect(await controller.asked()).toBe(0);

  await host.context().grantPermissions(["midi"]);
  await host.reload();
  await becomes(host, "ready");
  await host.getByTestId("play").click();
  await becomes(host, "live");
  for (const screen of screens) await becomesLit(screen);
  expect(await controller.asked()).toBe(1);
  await hitPad(36);
  for (const screen of screens) await becomesDark(screen);
  await hitPad(36);
  for (const screen of screens) await becomesLit(screen);
  await controller.send(KNOB, 7, 0);
  for (const screen of screens) await becomesDark(screen);
  await controller.send(KNOB, 7, 127);
  for (const screen of screens) await becomesLit(screen);
});

test("a pad moves to what it learns next, recalls a scene, and is forgotten", async () => {
  await openMidi();
  await learn("Scene 2: Deep flow");
  await hitPad(36);
  await expect.poll(() => row("scene2").innerText()).toContain("note 36");
  expect(await row("blackout").innerText()).not.toContain("note 36");
  await hitPad(36);
  const shown = () => host.locator(".card[aria-pressed=true]").textContent();
  await expect.poll(shown).toContain("Deep flow");
  expect(await isBlack()).toBe("false");
  await host.getByRole("button", { name: "Forget: Scene 2: Deep flow" }).click();
  expect(await host.evaluate("document.activeElement.ariaLabel")).toBe("Learn: Scene 2: Deep flow");
  await host.keyboard.press("1");
  await expect.poll(shown).toContain("Light wall");
  await hitPad(36);
  expect(await shown()).toContain("Light wall");
});

test("the panel says what to do: no secure origin, no Web MIDI, no permission", async () => {
  const onPlainHttp = await newDevice(plain, LAPTOP);
  await startWall(onPlainHttp, server.url.replace(/localhost|127\.0\.0\.1/, PLAIN_NAME));
  await openMidi(onPlainHttp);
  expect(await accessOf(onPlainHttp)).toContain("only pages with https");
  expect(await onPlainHttp.getByTestId("midi-connect").count()).toBe(0);

  const withoutMidi = await newDevice(browser, LAPTOP);
  await withoutMidi.addInitScript("delete Navigator.prototype.requestMIDIAccess");
  await startWall(withoutMidi, server.url);
  await openMidi(withoutMidi);
  expect(await accessOf(withoutMidi)).toContain("no Web MIDI");

  const refusing = await newDevice(browser, LAPTOP);
  await refusing.addInitScript(() => {
    navigator.requestMIDIAccess = () => Promise.reject(new DOMException("", "NotAllowedError"));
  });
  await startWall(refusing, server.url);
  await openMidi(refusing);
  await refusing.getByTestId("midi-connect").click();
  await expect.poll(() => accessOf(refusing)).toContain("Allow MIDI beside the page's address");
});
