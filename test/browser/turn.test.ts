import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { startCoturn } from "../support/coturn.ts";
import type { LocalServer } from "../support/local-server.ts";
import { becomesLit, newDevice, PALETTE, read, startLiveWall, type Wall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

const SECRET = "shared between coturn and the server";

let coturn: LocalServer;
let browser: Browser;

beforeAll(async () => {
  coturn = await startCoturn(SECRET);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await coturn?.close();
});

/** A browser that uses no way but through TURN servers, as if everything else were blocked. */
const RELAY_ONLY = `globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) {
    super({ ...configuration, iceTransportPolicy: "relay" });
    globalThis.lastPeer = this;
  }
};`;

/** How the last peer of a page reaches the server: kind of candidate, and protocol to the TURN server. */
const WAY = `lastPeer.getStats().then((stats) => {
  const { selectedCandidatePairId } = [...stats.values()].find(({ type }) => type === "transport");
  const { candidateType, relayProtocol } = stats.get(stats.get(selectedCandidatePairId).localCandidateId);
  return candidateType + " over " + relayProtocol;
})`;

test.each(["udp", "tcp"])("a screen that reaches only a TURN server over %s lights up", async (transport) => {
  const server = await ServerProcess.start({
    TURN_URLS: `turn:127.0.0.1:${coturn.port}?transport=${transport}`,
    TURN_SECRET: SECRET,
  });
  const wall: Wall = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser);
  await screen.addInitScript(RELAY_ONLY);
  await screen.goto(`${server.url}/w/${wall.code}?palette=${PALETTE}`);
  await screen.locator("#tap").click();
  await becomesLit(screen);
  expect(await screen.evaluate(WAY)).toBe(`relay over ${transport}`);

  // After a restart it joins again, with new credentials.
  const before = await read(screen, "lastPeer.getConfiguration().iceServers[0].username");
  await server.stop();
  await server.start();
  await expect
    .poll(() => read(screen, "lastPeer.getConfiguration().iceServers[0].username"), { timeout: 20_000 })
    .not.toBe(before);
  await becomesLit(screen, 20_000);
  await Promise.all([screen.context().close(), wall.host.context().close()]);
  await server.close();
});
