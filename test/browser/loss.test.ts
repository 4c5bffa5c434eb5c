import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { becomesConnected, becomesLit, newDevice, PALETTE, startLiveWall } from "../support/pages.ts";
import { KEEP_PEER, receptionOf } from "../support/reception.ts";
import { ScreenNetwork } from "../support/screen-network.ts";
import { ServerProcess } from "../support/server-process.ts";

/** Numbers of the packets that the network loses: one in ten for two seconds. */
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

test("the server retransmits packets that a screen has lost", async () => {
  const wall = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser);
  const network = await ScreenNetwork.of(screen, server.udpPort);
  await screen.addInitScript(KEEP_PEER);
  await screen.goto(`${server.url}/w/${wall.code}?palette=${PALETTE}`);
  await becomesConnected(screen);
  await becomesLit(screen);
  const before = await receptionOf(screen);

  network.relay.dropMedia("to-peer", LOST);
  await expect
    .poll(async () => (await receptionOf(screen)).packetsReceived, { timeout: 10_000 })
    .toBeGreaterThan(before.packetsReceived + LAST + 10);
  await expect.poll(() => network.relay.dropped("to-peer")).toBe(LOST.length);
  // A retransmitted packet counts as received: `packetsLost` counts only those that were not repaired.
  const { packetsLost } = await receptionOf(screen);
  expect(packetsLost - before.packetsLost).toBeLessThanOrEqual(1);
  const retransmitted = async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return Number(metrics.match(/packets_retransmitted_total (\d+)/)?.[1]);
  };
  // The media threads report their counters once a second.
  await expect.poll(retransmitted, { timeout: 3_000 }).toBeGreaterThanOrEqual(LOST.length - 1);

  await network.close();
  await Promise.all([screen.context().close(), wall.host.context().close()]);
});
