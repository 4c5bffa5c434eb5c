import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { writeReceiverReport } from "../../server/media/wire/rtcp.ts";
import { NatsServer } from "../support/nats.ts";
import { PictureHost } from "../support/picture-host.ts";
import type { RawPeer } from "../support/raw-peer.ts";
import { ServerProcess } from "../support/server-process.ts";
import { SignalClient } from "../support/signal-client.ts";
import { connectMedia } from "../support/signal-peer.ts";

/** Longest wait for media of another node, ms. */
const WAIT = { timeout: 10_000, interval: 20 };

const open: { close(): unknown }[] = [];
let nats: NatsServer;
let near: ServerProcess;
let far: ServerProcess;

beforeAll(async () => {
  nats = await NatsServer.start();
  const secret = randomBytes(32).toString("base64");
  const env = { HOST: "127.0.0.1", RELAY_URL: nats.url, SECRET: secret, WORKERS: "1" };
  [near, far] = await Promise.all([ServerProcess.start(env), ServerProcess.start({ ...env, WORKERS: "2" })]);
});

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

afterAll(async () => {
  await Promise.all([near?.close(), far?.close()]);
  await nats.close();
});

const keep = <One extends { close(): unknown }>(one: One): One => {
  open.push(one);
  return one;
};

async function page({ port }: ServerProcess): Promise<SignalClient> {
  return keep(await SignalClient.connect(port));
}

async function host(): Promise<{ live: PictureHost; code: string }> {
  const signal = await page(near);
  const { code } = await signal.host();
  const live = keep(new PictureHost(keep(await connectMedia(signal, "host"))));
  return { live, code };
}

/** A listener of a wall. With `reports` it says of what it gets that nothing is lost. */
async function listen(at: ServerProcess, code: string): Promise<{ peer: RawPeer; signal: SignalClient }> {
  const signal = await page(at);
  signal.send({ type: "join", code });
  await signal.next("place", "error");
  return { peer: keep(await connectMedia(signal, "listener")), signal };
}

const packetsOf = (peer: RawPeer, layer: "high" | "low") => peer.of(peer.ssrcOf(layer));

/** How many packets the nodes have exchanged, from a node's metrics. */
async function relayed({ port }: ServerProcess): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/lightwall_relay_packets_total{direction="out"} (\d+)/.exec(text)?.[1] ?? 0);
}

test("a listener at another node gets pictures from a key frame on, and their time", async () => {
  const { live, code } = await host();
  await delay(300);
  const before = live.requests.length;
  const { peer, signal } = await listen(far, code);
  await expect.poll(() => packetsOf(peer, "low").length, WAIT).toBeGreaterThan(20);
  expect(live.requests.length - before).toBeGreaterThanOrEqual(1);
  const packets = packetsOf(peer, "low");
  // It begins with a key frame (RFC 7741 §4.3: the last bit of the payload header is 0).
  expect(packets[0]!.payload[1]! & 1).toBe(0);
  for (const [n, { index }] of packets.entries()) expect(index - packets[0]!.index).toBe(n);
  const { timing } = await signal.next("timing");
  const clock = timing.pictures?.low;
  const newest = packetsOf(peer, "low").at(-1)!;
  expect(clock).toBeDefined();
  expect(Math.abs((newest.timestamp - clock!.timestamp) | 0) / 90).toBeLessThan(10_000);
});

test("a listener at another node is moved to the high layer by good reports", async () => {
  const { code } = await host();
  const { peer } = await listen(far, code);
  await expect.poll(() => packetsOf(peer, "low").length, WAIT).toBeGreaterThan(0);
  const none = { fractionLost: 0, lost: 0, highest: 0, jitter: 0, lastSenderReport: 0, delaySinceLast: 0 };
  const reporting = setInterval(
    () => peer.sendRtcp(writeReceiverReport(1, [{ ssrc: peer.ssrcOf("low"), ...none }])),
    300,
  );
  keep({ close: () => clearInterval(reporting) });
  await expect.poll(() => packetsOf(peer, "high").length, { timeout: 15_000 }).toBeGreaterThan(20);
}, 30_000);

test("pictures do not go to NATS while nobody at another node takes them", async () => {
  const { code } = await host();
  const { peer } = await listen(near, code);
  await expect.poll(() => packetsOf(peer, "low").length, WAIT).toBeGreaterThan(0);
  await delay(1_200);
  const before = await relayed(near);
  const begun = performance.now();
  await delay(6_000);
  const perSecond = ((await relayed(near)) - before) / ((performance.now() - begun) / 1_000);
  // The song has 50 packets a second, and each layer of the picture 25. Nodes count once a second.
  expect(perSecond).toBeLessThan(75);
}, 25_000);
