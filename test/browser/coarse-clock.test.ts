import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { launchChromium } from "../support/chromium.ts";
import { Firefox, findFirefox, ownAddress } from "../support/firefox.ts";
import { levelOfColour, newDevice, openPanel, PALETTE, SMALL, startDemoWall } from "../support/pages.ts";
import type { Painted } from "../support/painted.ts";
import { ServerProcess } from "../support/server-process.ts";
import { shiftBetween } from "../support/shift.ts";

/** How long two screens are compared, ms. */
const COMPARED_MS = 3_000;
/** How far apart they may be, ms: two frames, as the clock of one of them has steps of a frame. */
const APART_MAX_MS = 34;

const program = findFirefox();

/** Firefox that hides its device: it rounds times to 16.7 ms, and lets no page read a canvas. */
describe.skipIf(!program)("in Firefox with resistFingerprinting", () => {
  const light = new WebSocketServer({ port: 0 });
  /** What each screen painted, by the clock of this process. */
  const painted: Record<string, Painted[]> = { firefox: [], chromium: [] };
  let server: ServerProcess;
  let browser: Browser;
  let firefox: Firefox;

  beforeAll(async () => {
    light.on("connection", (socket, { url = "" }) => {
      socket.on("message", (colour) => {
        painted[url.slice(1)]!.push({ at: performance.now(), level: levelOfColour(String(colour)) });
      });
    });
    if (!light.address()) await once(light, "listening");
    [server, browser, firefox] = await Promise.all([
      ServerProcess.start(),
      launchChromium(),
      Firefox.launch(program!, "", { "privacy.resistFingerprinting": true }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([firefox?.close(), browser?.close(), server?.close()]);
    light.close();
  });

  /** A script that tells each colour that a page paints, when it does. */
  function tellLight(name: string): string {
    const { port } = light.address() as AddressInfo;
    return `{
      const told = new WebSocket("ws://${ownAddress()}:${port}/${name}");
      const pen = CanvasRenderingContext2D.prototype;
      const { get, set } = Object.getOwnPropertyDescriptor(pen, "fillStyle");
      Object.defineProperty(pen, "fillStyle", {
        get,
        set(colour) {
          set.call(this, colour);
          if (told.readyState === 1 && this.canvas.id === "light") told.send(colour);
        },
      });
    }`;
  }

  test("a screen is in step with Chromium, and its host sees that its clock is coarse", async () => {
    const { host, code } = await startDemoWall(browser, server.url);
    const url = `http://${ownAddress()}:${server.port}/w/${code}?band=all&palette=${PALETTE}`;
    await firefox.watch(tellLight("firefox"));
    await firefox.goto(url);
    const screen = await newDevice(browser, SMALL);
    await screen.addInitScript(tellLight("chromium"));
    await screen.goto(url);
    const shift = async () => {
      for (const frames of Object.values(painted)) frames.length = 0;
      await delay(COMPARED_MS);
      const [one = [], other = []] = [painted.firefox, painted.chromium];
      return one.length < 10 || other.length < 10 ? Number.NaN : Math.abs(shiftBetween(one, other));
    };
    // A screen that has just joined on a busy machine is late for a while.
    await expect.poll(shift, { timeout: 40_000 }).toBeLessThan(APART_MAX_MS);
    await openPanel(host, "room");
    const rows = () => host.getByTestId("listed-screen").allInnerTexts();
    await expect.poll(async () => (await rows()).join(), { timeout: 20_000 }).toContain("clock ±16.7 ms");
  });
});
