import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { findingsAtSizes, LAPTOP } from "../support/axe.ts";
import { launchChromium } from "../support/chromium.ts";
import { newDevice } from "../support/pages.ts";
import { startRealApp, temporaryDirectory } from "../support/test-app.ts";
import { CERTUTIL, launchTrusting } from "../support/trusting-chromium.ts";

const data = temporaryDirectory();
let app: App;
let stranger: Browser;
/** The server as another device of the network has it; undefined on a machine without a network. */
let lan: string | undefined;

beforeAll(async () => {
  const dataDir = join(data.path, "data");
  app = await startRealApp({ dataDir, https: true, host: "0.0.0.0", udpHost: "0.0.0.0" });
  lan = app.lan[0] && `${app.lan[0]}:${app.port}`;
  stranger = await launchChromium();
});

afterAll(async () => {
  await stranger?.close();
  await app?.close();
  data.remove();
});

const trustOf = "document.documentElement.dataset.trust";

test("whoever opens the address over plain HTTP is asked whether to trust or to go on", async ({ skip }) => {
  if (lan === undefined) return skip();
  const page = await newDevice(stranger, LAPTOP);
  await page.goto(`http://${lan}/`);
  await expect.poll(() => page.evaluate(trustOf)).toBe("no");
  expect(page.url()).toBe(`http://${lan}/trust/`);
  expect(await page.locator("#anyway").getAttribute("href")).toBe(`https://${lan}/`);
  expect(await page.locator("#secure").isVisible()).toBe(false);
  await expect.poll(() => page.locator("#fingerprint").innerText()).not.toBe("");
  const shown = await page.locator("#fingerprint").innerText();
  expect(shown.replaceAll("\n", ":")).toBe(app.fingerprint);
  // Linux stands first and open on this machine.
  expect(await page.locator("details.own").getAttribute("id")).toBe("linux");
  expect(await page.locator("details.own ol").isVisible()).toBe(true);
  expect(await findingsAtSizes(page)).toEqual([]);
  await page.locator("[name=code]").fill("k7qxm");
  await page.locator("form button").click();
  await page.waitForURL(`http://${lan}/w/K7QXM`);
  // No certificate stops a screen, and it does not go where the browser would warn.
  await page.waitForTimeout(500);
  expect(page.url()).toBe(`http://${lan}/w/K7QXM`);
  await page.context().close();
});

test("on this machine the start page is there without a question", async () => {
  const page = await newDevice(stranger, LAPTOP);
  await page.goto(`http://localhost:${app.port}/`);
  expect(await page.locator("#start").isVisible()).toBe(true);
  expect(await page.evaluate("isSecureContext")).toBe(true);
  await page.context().close();
});

test.skipIf(!CERTUTIL)(
  "a browser that trusts the server gets secure pages by the same addresses",
  async () => {
    const trusting = await launchTrusting(app.authority!, join(data.path, "home"));
    const page = await newDevice(trusting, LAPTOP);
    await page.goto(`https://localhost:${app.port}/`);
    await page.getByTestId("start-wall").click();
    await page.waitForURL(`https://localhost:${app.port}/host/*`);
    const code = page.url().slice(-5);
    if (lan !== undefined) {
      const screen = await newDevice(trusting, LAPTOP);
      await screen.goto(`http://${lan}/w/${code}?kiosk`);
      await screen.waitForURL(`https://${lan}/w/${code}?kiosk`);
      expect(await screen.evaluate("isSecureContext")).toBe(true);
      await screen.goto(`http://${lan}/host/${code}`);
      await screen.waitForURL(`https://${lan}/host/${code}`);
      await screen.goto(`http://${lan}/trust/`);
      await expect.poll(() => screen.evaluate(trustOf)).toBe("yes");
      await screen.locator("#secure").click();
      await screen.waitForURL(`https://${lan}/`);
      expect(await screen.locator("#start").isVisible()).toBe(true);
    }
    await trusting.close();
  },
);
