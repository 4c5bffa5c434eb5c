import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  becomesConnected,
  becomesLit,
  newDevice,
  openScreen,
  PALETTE,
  startLiveWall,
} from "../support/pages.ts";
import { KEEP_PEER, receptionOf } from "../support/reception.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage({ env: { LONG_PACKETS_FROM: "2", SHORT_PACKETS_BELOW: "2" } });

/** How long packets are counted. */
const COUNT_MS = 1_500;

/** How much sound one packet of a screen holds, ms: the mean over {@link COUNT_MS}. */
async function packetTimeMs(screen: Page): Promise<number> {
  const before = await receptionOf(screen);
  await delay(COUNT_MS);
  const after = await receptionOf(screen);
  return (after.timestamp - before.timestamp) / (after.packetsReceived - before.packetsReceived);
}

test("packets get longer when a wall grows and shorter when it shrinks, on the same connection", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser);
  await screen.addInitScript(KEEP_PEER);
  await screen.goto(`${server.url}/w/${code}?palette=${PALETTE}`);
  await becomesConnected(screen);
  await becomesLit(screen);
  const first = await screen.evaluateHandle("lastPeer");
  await expect.poll(() => packetTimeMs(screen), { timeout: 10_000 }).toBeLessThan(25);

  const other = await openScreen(browser, server.url, code);
  await expect.poll(() => packetTimeMs(screen), { timeout: 10_000 }).toBeGreaterThan(55);
  await becomesLit(screen);

  await other.context().close();
  await expect.poll(() => packetTimeMs(screen), { timeout: 10_000 }).toBeLessThan(25);
  expect(
    await screen.evaluate((peer) => peer === (globalThis as { lastPeer?: unknown }).lastPeer, first),
  ).toBe(true);
});
