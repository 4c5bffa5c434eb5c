import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { becomesLit, newDevice, PALETTE, startLiveWall } from "../support/pages.ts";
import { KEEP_PEER, receptionOf } from "../support/reception.ts";
import { ScreenNetwork } from "../support/screen-network.ts";
import { ServerProcess } from "../support/server-process.ts";

/** Packets that the network loses, counted from when it begins to: one in ten for two seconds. */
const LOST = Array.from({ length: 10 }, (_, n) => 10 + n * 10);
const LAST = LOST.at(-1)!;

let server: ServerProcess;
let browser: Browser;

beforeAll(async () => {
  server = await ServerProcess.start();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test("what the network loses on the way to a screen is asked for and sent again", async () => {
  const wall = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser);
  const network = await ScreenNetwork.of(screen, server.udpPort);
  await screen.addInitScript(KEEP_PEER);
  await screen.goto(`${server.url}/w/${wall.code}?palette=${PALETTE}`);
  await screen.locator("#tap").click();
  await becomesLit(screen);
  const before = await receptionOf(screen);

  network.relay.dropMedia("to-peer", LOST);
  await expect
    .poll(async () => (await receptionOf(screen)).packetsReceived, { timeout: 10_000 })
    .toBeGreaterThan(before.packetsReceived + LAST + 10);
  // A packet that comes after all counts as received, so what is lost is what was not repaired.
  const { packetsLost } = await receptionOf(screen);
  expect(network.relay.dropped("to-peer")).toBe(LOST.length);
  expect(packetsLost - before.packetsLost).toBeLessThanOrEqual(1);
  const again = async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return Number(metrics.match(/packets_retransmitted_total (\d+)/)?.[1]);
  };
  // The media threads tell once a second.
  await expect.poll(again, { timeout: 3_000 }).toBeGreaterThanOrEqual(LOST.length - 1);

  await network.close();
  await Promise.all([screen.context().close(), wall.host.context().close()]);
});
