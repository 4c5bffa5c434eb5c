import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { startCoturn } from "../support/coturn.ts";
import type { LocalServer } from "../support/local-server.ts";
import {
  becomesConnected,
  becomesLit,
  newDevice,
  openPanel,
  PALETTE,
  read,
  startLiveWall,
  type Wall,
} from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

const SECRET = "shared between coturn and the server";

let coturn: LocalServer;
let browser: Browser;

beforeAll(async () => {
  [coturn, browser] = await Promise.all([startCoturn(SECRET), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await coturn?.close();
});

/** Runs in a page before its own scripts: its peers connect only through TURN servers. */
const RELAY_ONLY = `globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) {
    super({ ...configuration, iceTransportPolicy: "relay" });
    globalThis.lastPeer = this;
  }
};`;

/** JavaScript that evaluates to the candidate type of a page's last peer and its transport to TURN. */
const ROUTE = `lastPeer.getStats().then((stats) => {
  const { selectedCandidatePairId } = [...stats.values()].find(({ type }) => type === "transport");
  const { candidateType, relayProtocol } = stats.get(stats.get(selectedCandidatePairId).localCandidateId);
  return candidateType + " over " + relayProtocol;
})`;

const USERNAME = "lastPeer.getConfiguration().iceServers[0].username";

/** Starts a server that offers coturn over one transport, and a wall with a lit screen that uses it. */
async function lightRelayedScreen(
  transport: "udp" | "tcp",
): Promise<{ server: ServerProcess; host: Page; screen: Page }> {
  const server = await ServerProcess.start({
    TURN_URLS: `turn:127.0.0.1:${coturn.port}?transport=${transport}`,
    TURN_SECRET: SECRET,
  });
  onTestFinished(() => server.close());
  const wall: Wall = await startLiveWall(browser, server.url);
  onTestFinished(() => wall.host.context().close());
  const screen = await newDevice(browser);
  onTestFinished(() => screen.context().close());
  await screen.addInitScript(RELAY_ONLY);
  await screen.goto(`${server.url}/w/${wall.code}?palette=${PALETTE}`);
  await becomesLit(screen);
  await becomesConnected(screen);
  return { server, host: wall.host, screen };
}

test("a screen that reaches only a TURN server over TCP lights up, and its host sees the relay", async () => {
  const { host, screen } = await lightRelayedScreen("tcp");
  expect(await screen.evaluate(ROUTE)).toBe("relay over tcp");
  await openPanel(host, "room");
  const row = host.getByTestId("listed-screen");
  await expect.poll(() => row.innerText(), { timeout: 20_000 }).toContain("UDP through a relay");
  expect(await host.getByTestId("relayed").innerText()).toBe("1");
  // Until a second after its media have connected it gets frames both ways.
  await expect.poll(() => host.getByTestId("over-socket").count()).toBe(0);
});

test("a screen that reaches only a TURN server over UDP lights up, also with new credentials", async () => {
  const { server, screen } = await lightRelayedScreen("udp");
  expect(await screen.evaluate(ROUTE)).toBe("relay over udp");
  const before = await read(screen, USERNAME);
  await server.stop();
  await server.start();
  await expect.poll(() => read(screen, USERNAME), { timeout: 20_000 }).not.toBe(before);
  await becomesConnected(screen, 20_000);
  await becomesLit(screen, 20_000);
});
