import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { StandIn } from "../support/browser-stand-in.ts";
import { play } from "../support/media-stage.ts";
import { SignalClient } from "../support/signal-client.ts";
import { startRealApp, temporaryDirectory } from "../support/test-app.ts";

const data = temporaryDirectory();
const open: { close(): unknown }[] = [];
let app: App;

beforeAll(async () => {
  app = await startRealApp({ dataDir: data.path, workers: 2 });
});

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

afterAll(async () => {
  await app.close();
  data.remove();
});

/** A wall whose host publishes. */
async function startWall(): Promise<{ code: string; host: StandIn }> {
  const client = await SignalClient.connect(app.port);
  const host = new StandIn("publish");
  open.push(host, client);
  const { code } = await client.host();
  client.send({ type: "offer", sdp: await host.offer() });
  await host.accept((await client.next("answer")).sdp);
  return { code, host };
}

async function joinAsListener(code: string): Promise<SignalClient> {
  const listener = await SignalClient.connect(app.port);
  open.push(listener);
  listener.send({ type: "join", code, frames: true });
  await listener.next("joined");
  return listener;
}

test("a listener gets the last frames over its WebSocket on joining, then all until UDP is up", async () => {
  const { code, host } = await startWall();
  await play(host, 0, 20);
  const listener = await joinAsListener(code);
  // The wall delay is 150 ms at first, and decoding needs 200 ms more.
  await expect.poll(() => listener.frames[0]?.length, { timeout: 5_000 }).toBe(18);
  await play(host, 20, 10);
  await expect.poll(() => listener.frames.flat().length, { timeout: 5_000 }).toBe(28);
  const [first = 0] = listener.frames.flat();
  expect(listener.frames.flat().map((timestamp) => timestamp - first)).toEqual(
    Array.from({ length: 28 }, (_, n) => n * 960),
  );

  const media = new StandIn("subscribe");
  open.push(media);
  listener.send({ type: "offer", sdp: await media.offer() });
  await media.accept((await listener.next("answer")).sdp);
  await play(host, 30, 3);
  await media.receive(1);
  // The server stops a second after UDP is up.
  const isQuiet = async () => {
    const before = listener.frames.length;
    await play(host, 40, 20);
    return listener.frames.length === before;
  };
  await expect.poll(isQuiet, { timeout: 10_000 }).toBe(true);
});

test("a listener that asks for frames gets them, and single ones that it has lost", async () => {
  const { code, host } = await startWall();
  await play(host, 0, 10);
  const listener = await joinAsListener(code);
  await expect.poll(() => listener.frames.length, { timeout: 5_000 }).toBe(1);
  const [lost] = listener.frames[0]!.slice(4);
  listener.frames.length = 0;
  listener.send({ type: "repair", missing: [[lost!, (lost! + 960) >>> 0]] });
  await expect.poll(() => listener.frames, { timeout: 5_000 }).toEqual([[lost]]);
});

test("a listener that does not take frames gets none", async () => {
  const { code, host } = await startWall();
  const listener = await SignalClient.connect(app.port);
  open.push(listener);
  listener.send({ type: "join", code });
  await listener.next("joined");
  listener.send({ type: "want-frames", wanted: true });
  await play(host, 0, 30);
  listener.send({ type: "ping", sent: 1 });
  await listener.next("pong");
  expect(listener.frames).toEqual([]);
});
