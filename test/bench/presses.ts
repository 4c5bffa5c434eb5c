import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Locator, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { goLive, newDevice, openPanel, startWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";
import { type PressTimes, recordPresses } from "./record-presses.ts";
import { percentile } from "./wall/figures.ts";

/**
 * `npm run bench:presses`: how long the console takes from a press to the next paint, for every control that
 * it shows while a song plays to 60 screens (`--screens 500` for others). Each control is pressed by the
 * browser's own input, and the figure is the browser's: the longest event of an interaction, from which
 * Interaction to Next Paint is taken (web.dev/articles/inp); 0 if it is under 16 ms. The last line is JSON.
 * Fails if a press takes too long.
 */

/** What the field calls good is 200 ms. */
const PRESS_MAX_MS = 100;
/** Between two presses, so that each has a paint of its own. */
const PAUSE_MS = 300;
const VIEWPORT = { width: 1_280, height: 800 };
const CONTROLS = "button, select, input, [role=tab], summary";
/** They end what is measured: the wall, the broadcast, or this page; or open a dialog of the system. */
const SKIPPED = new RegExp(
  `^(${[
    "close-wall|close-wall-confirm|choose|demo|go-live|stop|stencil-picture|import|export",
    "add-songs|add-folder|remove-songs|source-computer|source-microphone|listen-once|midi-connect",
  ].join("|")})$`,
);

interface Press extends PressTimes {
  control: string;
}

/** Of a press that the browser does not report, because it took less than 16 ms. */
const AT_ONCE: PressTimes = { ms: 0, waitedMs: 0, handledMs: 0, shownMs: 0 };

const { values } = parseArgs({ options: { screens: { type: "string", default: "60" } } });
const screens = Number(values.screens);

const server = await ServerProcess.start();
const browser = await launchChromium({ kiosk: true });
const crowd: LeanListener[] = [];
const presses: Press[] = [];
try {
  const host = await newDevice(browser, VIEWPORT);
  await host.addInitScript(recordPresses);
  const { code } = await startWall(host, server.url);
  await host.getByTestId("demo").click();
  await host.getByTestId("loop").click();
  await goLive(host);
  for (let n = 0; n < screens; n++) crowd.push(await LeanListener.join(server.port, code));
  await host.waitForFunction(
    (count) => document.querySelectorAll('.screen[data-present="true"]').length >= count,
    screens,
  );
  await delay(3_000);

  await pressAll(host, host.locator(".song"));
  await pressAll(host, host.locator(".bar"));
  await pressAll(host, host.locator(".arranging"));
  for (const panel of ["songs", "scenes", "light", "room"] as const) {
    await openPanel(host, panel);
    await pressAll(host, host.locator(".side [role=tabpanel]:not([hidden])"));
  }
  await openPanel(host, "scenes");
  for (const n of [0, Math.floor(screens / 2)]) {
    const tile = host.locator(".screen").nth(n);
    await press(host, tile, "tile");
    await pressAll(host, host.getByTestId("selected"));
    await host.keyboard.press("Escape");
  }

  const sorted = sortedBy("ms");
  const slow = presses.filter(({ ms }) => ms > PRESS_MAX_MS);
  if (presses.length === 0 || slow.length > 0) process.exitCode = 1;
  console.log(
    JSON.stringify({
      screens,
      presses: presses.length,
      p50Ms: percentile(sorted, 0.5),
      p95Ms: percentile(sorted, 0.95),
      maxMs: sorted.at(-1),
      /** What the page itself does before it can be painted. */
      waitedP95Ms: percentile(sortedBy("waitedMs"), 0.95),
      handledP95Ms: percentile(sortedBy("handledMs"), 0.95),
      shownP95Ms: percentile(sortedBy("shownMs"), 0.95),
      /** The presses that took longer than they may. */
      slow,
    }),
  );
} finally {
  for (const listener of crowd) listener.close();
  await browser.close();
  await server.close();
}

/** One of the times of all presses, the shortest first; ms. */
function sortedBy(time: keyof PressTimes): number[] {
  return presses.map((one) => Math.round(one[time])).sort((one, other) => one - other);
}

/** Presses each enabled control within an element, and what a press has switched once more. */
async function pressAll(host: Page, within: Locator): Promise<void> {
  const controls = within.locator(CONTROLS);
  for (let n = 0; n < (await controls.count()); n++) {
    const control = controls.nth(n);
    if (!(await control.isVisible()) || !(await control.isEnabled())) continue;
    const name = await control.evaluate((element) => {
      const words = element.getAttribute("aria-label") ?? element.textContent ?? "";
      return (element as HTMLElement).dataset.testid ?? (words.trim() || element.id || element.tagName);
    });
    if (SKIPPED.test(name)) continue;
    const stateOf = () => control.getAttribute("aria-pressed").catch(() => null);
    const before = await stateOf();
    await press(host, control, name);
    if ((await stateOf()) !== before) await press(host, control, name);
  }
}

/** Presses a control: a list and a slider by an arrow key, the others by the pointer. */
async function press(host: Page, control: Locator, name: string): Promise<void> {
  await host.evaluate(() => (globalThis as unknown as { longest: Map<number, unknown> }).longest.clear());
  const byKey = await control.evaluate((element) => element.matches("select, input[type=range]"));
  try {
    if (byKey) {
      await control.focus();
      await host.keyboard.press("ArrowRight");
    } else await control.click({ timeout: 5_000 });
  } catch {
    // Something lies over it, such as a sheet that an earlier press has opened.
    await host.keyboard.press("Escape");
    return;
  }
  await delay(PAUSE_MS);
  const events = await host.evaluate(() => {
    const { longest } = globalThis as unknown as { longest: Map<number, PressTimes> };
    return [...longest.values()];
  });
  const times = events.reduce((one, other) => (other.ms > one.ms ? other : one), AT_ONCE);
  presses.push({ control: name, ...times });
}
