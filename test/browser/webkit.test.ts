import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { ownAddress } from "../support/firefox.ts";
import {
  eventually,
  levelOfColour,
  openScreen,
  PALETTE,
  PIXEL,
  SMALL,
  startDemoWall,
} from "../support/pages.ts";
import { painted, watch } from "../support/painted.ts";
import { cellsOf } from "../support/screenshots.ts";
import { ServerProcess } from "../support/server-process.ts";
import { shiftBetween } from "../support/shift.ts";
import { findWebKit, NO_WEBKIT, WebKit } from "../support/webkit.ts";

/** JavaScript that evaluates to the state of a page. */
const STATE = "document.documentElement.dataset.state";
/** The level from which on a screen counts as lit here: the demo song is not always loud. */
const LIT = 0.2;
/** How long two screens are compared, ms. */
const COMPARED_MS = 3_000;
/** How far apart they may be, ms: two frames. */
const APART_MAX_MS = 34;

const programs = findWebKit();
if (!programs) console.warn(NO_WEBKIT);

// WebKitGTK of Debian is built without WebRTC, which Safari has.
describe.skipIf(!programs)("in WebKit", () => {
  let server: ServerProcess;
  let browser: Browser;
  let webkit: WebKit;
  let code: string;

  beforeAll(async () => {
    [server, browser, webkit] = await Promise.all([
      ServerProcess.start(),
      launchChromium(),
      WebKit.launch(programs!),
    ]);
    ({ code } = await startDemoWall(browser, server.url));
  });

  afterAll(async () => {
    await Promise.all([webkit?.close(), browser?.close(), server?.close()]);
    expect(server.errors).toEqual([]);
  });

  /** Opens the wall in a small window: WebKit paints without a GPU here. */
  async function openWall(host: string): Promise<void> {
    await webkit.resize(SMALL.width, SMALL.height);
    await webkit.goto(`http://${host}:${server.port}/w/${code}?band=all&palette=${PALETTE}`);
  }

  /** Waits until an expression has a value. */
  async function becomes(expression: string, wanted: string | boolean, timeoutMs = 15_000): Promise<void> {
    const now = () => webkit.evaluate<string | boolean>(expression);
    await eventually(now, (value) => value === wanted, `${wanted} of ${expression}`, timeoutMs);
  }

  async function becomesLit(): Promise<void> {
    const now = async () => levelOfColour(await webkit.evaluate<string>(PIXEL));
    await eventually(now, (level) => level >= LIT, "light", 15_000);
  }

  test("the start page opens a wall, and its console says that it cannot send", async () => {
    await webkit.goto(server.url);
    await webkit.click("[data-testid=start-wall]");
    await becomes("location.pathname.startsWith('/host/')", true);
    await becomes(STATE, "ready");
    await webkit.click("[data-testid=demo]");
    await becomes("document.documentElement.dataset.song", "playing");
    await webkit.click("[data-testid=go-live]");
    const message = "document.querySelector('[data-testid=message]').innerText.includes('has no WebRTC')";
    await becomes(message, true);
    expect(await webkit.evaluate(STATE)).toBe("ready");
  });

  test.each([
    { origin: "a secure", host: "127.0.0.1", isSecure: true },
    { origin: "no secure", host: ownAddress(), isSecure: false },
  ])(
    "a screen of $origin origin is lit by its WebSocket, in step with Chromium",
    async ({ host, isSecure }) => {
      await openWall(host);
      expect(await webkit.evaluate("isSecureContext")).toBe(isSecure);
      await becomesLit();
      expect(await webkit.evaluate(STATE)).toBe("live");
      await becomes("!document.getElementById('over-socket').hidden", true);
      const other = await openScreen(browser, server.url, code, "all", SMALL);
      const shift = async () => {
        await Promise.all([watch(webkit), watch(other)]);
        await delay(COMPARED_MS);
        return Math.abs(shiftBetween(await painted(webkit), await painted(other)));
      };
      // A screen that has just joined on a busy machine is late for a while.
      await expect.poll(shift, { timeout: 40_000 }).toBeLessThan(APART_MAX_MS);
      await other.context().close();
    },
  );

  test("a tap fills the display and brings the controls, which switch sound on and show looks", async () => {
    await openWall("127.0.0.1");
    await becomesLit();
    await webkit.tap(60, 60);
    await becomes("document.fullscreenElement !== null", true);
    await becomes("document.getElementById('controls').checkVisibility()", true);
    await webkit.evaluate("document.getElementById('more').click()");
    await webkit.click("#sound");
    await becomes("document.getElementById('sound').ariaChecked", "true");
    await webkit.evaluate("document.querySelectorAll('#modes input, #modes button')[1].click()");
    // The canvas of a look has a WebGL context, or a flat one where there is no WebGL.
    const look = "document.querySelector('canvas:not(#light)')";
    await becomes(`${look} !== null && ${look}.width > 1`, true);
    await becomes(`${look}.getContext("webgl2") !== null`, true);
    await webkit.evaluate("document.getElementById('close-controls').click()");
    // The look covers the light, and has bright parts and dark ones.
    const [width, height] = [
      await webkit.evaluate<number>("innerWidth"),
      await webkit.evaluate<number>("innerHeight"),
    ];
    const decoder = await browser.newPage();
    const brightest = async () => {
      const png = await webkit.screenshot();
      const [cells] = await cellsOf(decoder, png, [{ x: 0, y: 0, width, height }], [8, 6]);
      return Math.max(...cells!.flat()) - Math.min(...cells!.map((mean) => Math.max(...mean)));
    };
    await expect.poll(brightest, { timeout: 15_000 }).toBeGreaterThan(40);
    await decoder.close();
  });
});
