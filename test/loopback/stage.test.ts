import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { HOST_SSRCS } from "../support/picture-offers.ts";
import { type RawPeer, rtpPacket } from "../support/raw-peer.ts";
import { SignalClient } from "../support/signal-client.ts";
import { connectMedia } from "../support/signal-peer.ts";
import { startRealApp, temporaryDirectory } from "../support/test-app.ts";

/** First bytes of a key frame in VP8. */
const KEY = Buffer.from("1050", "hex");
/** Longest wait for packets, ms. */
const WAIT = { timeout: 8_000, interval: 20 };

const open: { close(): unknown }[] = [];
let data: ReturnType<typeof temporaryDirectory>;
let app: App;
let host: SignalClient;
let code: string;

beforeEach(async () => {
  data = temporaryDirectory();
  app = await startRealApp({ dataDir: data.path, workers: 1 });
  host = await connect();
  ({ code } = await host.host());
});

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await app.close();
  data.remove();
});

async function connect(): Promise<SignalClient> {
  const client = await SignalClient.connect(app.port);
  open.push(client);
  return client;
}

/** Joins the wall. @returns the page, and the id of its screen */
async function listen(): Promise<{ page: SignalClient; screen: string }> {
  const page = await connect();
  page.send({ type: "join", code });
  const { screen } = await page.next("place");
  return { page, screen: screen.id };
}

/** Connects media by a session, for the stage or for the wall. */
async function media(page: SignalClient, role: "host" | "listener", stage = true): Promise<RawPeer> {
  const peer = await connectMedia(page, role, { stage });
  open.push(peer);
  return peer;
}

/** Sends sound, and key frames of both layers, until it is stopped. */
function play(peer: RawPeer, sound: string): () => void {
  let sequence = 0;
  const timer = setInterval(() => {
    sequence++;
    const at = { sequence, timestamp: sequence * 960 };
    peer.sendRtp(rtpPacket({ ...at, ssrc: HOST_SSRCS.song, payloadType: 111, payload: Buffer.from(sound) }));
    for (const layer of ["high", "low"] as const) {
      const payload = Buffer.concat([KEY, Buffer.from(sound)]);
      const picture = { ssrc: HOST_SSRCS[layer], payloadType: 96, marker: true, payload };
      peer.sendRtp(rtpPacket({ ...picture, sequence, timestamp: sequence * 1_800 }));
    }
  }, 20);
  const stop = () => clearInterval(timer);
  open.push({ close: stop });
  return stop;
}

/** What a peer has received with an SSRC of its answer, as text. */
const heard = (peer: RawPeer, name: "song" | "low") =>
  new Set(
    peer.of(peer.ssrcOf(name)).map(({ payload }) => payload.subarray(name === "low" ? 2 : 0).toString()),
  );

test("a listener on stage is heard and seen by the host alone, until the stage is taken back", async () => {
  const wallMedia = await media(host, "host", false);
  play(wallMedia, "the wall");
  const { page: witness } = await listen();
  const audience = await media(witness, "listener", false);
  const { page, screen } = await listen();
  host.send({ type: "stage", screen });
  expect((await page.next("stage")).given).toBe(true);
  const monitor = await media(host, "listener");
  const guest = await media(page, "host");
  const stop = play(guest, "the guest");
  await expect
    .poll(() => [...heard(monitor, "song"), ...heard(monitor, "low")], WAIT)
    .toEqual(["the guest", "the guest"]);
  await expect.poll(() => heard(audience, "song").size + heard(audience, "low").size, WAIT).toBe(2);

  host.send({ type: "stage", screen: null });
  expect((await page.next("stage")).given).toBe(false);
  expect(await host.next("media-closed")).toMatchObject({ stage: true });
  await delay(100);
  const before = monitor.received.length;
  await delay(300);
  expect(monitor.received.length).toBe(before);
  stop();
  // The wall has heard the host only, and goes on.
  expect([...heard(audience, "song"), ...heard(audience, "low")]).toEqual(["the wall", "the wall"]);
  const played = audience.received.length;
  await expect.poll(() => audience.received.length, WAIT).toBeGreaterThan(played + 10);
  await expect(media(page, "host")).rejects.toThrow("offer-sends");
});

test("whoever is not on stage is refused, and one who leaves it by closing the page is off it", async () => {
  const { page: other } = await listen();
  const { page, screen } = await listen();
  for (const one of [page, other]) {
    await expect(media(one, "host")).rejects.toThrow("offer-sends");
    await expect(media(one, "host", false)).rejects.toThrow("offer-sends");
    one.send({ type: "stage", screen });
    expect(await one.next("error")).toMatchObject({ code: "host-only", answers: "stage" });
  }
  host.send({ type: "stage", screen });
  await page.next("stage");
  await expect(media(other, "host")).rejects.toThrow("offer-sends");
  await expect(media(page, "host", false)).rejects.toThrow("offer-sends");
  const monitor = await media(host, "listener");
  play(await media(page, "host"), "the guest");
  await expect.poll(() => monitor.received.length, WAIT).toBeGreaterThan(5);
  page.close();
  expect(await host.next("media-closed")).toMatchObject({ stage: true });
  expect((await host.next("room")).room).not.toHaveProperty("stage");
  await delay(100);
  const before = monitor.received.length;
  await delay(300);
  expect(monitor.received.length).toBe(before);
});

test("a screen that is not there is refused the stage, and nothing changes", async () => {
  host.send({ type: "stage", screen: "00000000-0000-4000-8000-000000000000" });
  expect(await host.next("error")).toMatchObject({ code: "stage-refused", answers: "stage" });
  await expect(media(host, "listener")).rejects.toThrow("stage-refused");
});
