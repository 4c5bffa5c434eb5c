import { once } from "node:events";
import { beforeEach, describe, expect, test } from "vitest";
import type { Counts } from "../../server/media/counters.ts";
import { StandIn } from "../support/browser-stand-in.ts";
import { MediaStage, packets, play, THREADS, texts } from "../support/media-stage.ts";
import { offerSdp } from "../support/offers.ts";

const stage = new MediaStage();

test("one UDP port serves IPv4 and IPv6", async () => {
  await stage.start(1, "::", ["127.0.0.1", "::1"]);
  const host = await stage.join("publish");
  const listener = new StandIn("subscribe", "::1");
  stage.open.push(listener);
  await listener.accept(stage.engine.subscribe("WALL", { offer: await listener.offer() }).answer);
  await play(host, 0, 5);
  await listener.receive(5);
  expect(texts(listener)).toEqual(packets(0, 5));
});

describe.each(THREADS)("a broadcast with %i media threads", (workers) => {
  beforeEach(() => stage.start(workers));

  test("reaches every listener, each with its own SSRC", async () => {
    const host = await stage.join("publish");
    const [one, two] = [await stage.join("subscribe"), await stage.join("subscribe")];
    await play(host, 100, 10);
    await Promise.all([one.receive(10), two.receive(10)]);
    expect(texts(one)).toEqual(packets(100, 10));
    expect(texts(two)).toEqual(packets(100, 10));
    expect(one.received[0]!.header.ssrc).not.toBe(two.received[0]!.header.ssrc);
  });

  test("continues across a sequence rollover, also for a listener that joins after it", async () => {
    const host = await stage.join("publish");
    const early = await stage.join("subscribe");
    await play(host, 65_530, 10);
    await early.receive(10);
    const late = await stage.join("subscribe");
    await play(host, 65_540, 10);
    await Promise.all([early.receive(20), late.receive(10)]);
    expect(texts(early)).toEqual(packets(65_530, 20));
    expect(texts(late)).toEqual(packets(65_540, 10));
  });

  test("stays one stream for the listener when the host returns with another stream", async () => {
    const first = await stage.join("publish");
    const listener = await stage.join("subscribe");
    await play(first, 1000, 5);
    await listener.receive(5);
    await first.close();
    const second = await stage.join("publish");
    await play(second, 40, 5);
    await listener.receive(10);
    const headers = listener.received.map((packet) => packet.header);
    const { sequenceNumber } = headers[0]!;
    expect(headers.map((header) => header.sequenceNumber)).toEqual(
      Array.from({ length: 10 }, (_, n) => sequenceNumber + n),
    );
    expect(new Set(headers.map((header) => header.ssrc)).size).toBe(1);
    const step = headers[5]!.timestamp - headers[4]!.timestamp;
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(10 * 48_000);
  });

  test("closes the first publisher when a second one publishes", async () => {
    const first = await stage.join("publish");
    const closed = once(stage.engine, "peer-closed");
    await stage.join("publish");
    expect(await closed).toEqual(["WALL", first.peer, "replaced"]);
  });
});

test("a listener's report tells the round trip and the loss", async () => {
  await stage.start(3);
  const host = await stage.join("publish");
  const listener = await stage.join("subscribe");
  await play(host, 0, 20);
  // The server sends its sender reports five seconds apart.
  await expect
    .poll(() => stage.engine.stats(listener.peer)?.roundTripMs, { timeout: 18_000 })
    .toEqual(expect.any(Number));
  expect(stage.engine.stats(listener.peer)).toMatchObject({ loss: 0 });
});

describe.each(THREADS)("a listener with %i media threads", (workers) => {
  beforeEach(() => stage.start(workers));

  test("receives nothing more once it is closed, and the others still do", async () => {
    const host = await stage.join("publish");
    const [closedOne, stays] = [await stage.join("subscribe"), await stage.join("subscribe")];
    await play(host, 0, 3);
    await Promise.all([closedOne.receive(3), stays.receive(3)]);
    const closed = once(stage.engine, "peer-closed");
    stage.engine.closePeer(closedOne.peer, "member left");
    expect(await closed).toEqual(["WALL", closedOne.peer, "member left"]);
    await play(host, 3, 3);
    await stays.receive(6);
    expect(texts(closedOne)).toEqual(packets(0, 3));
  });
});

describe.each(THREADS)("lost packets with %i media threads", (workers) => {
  beforeEach(() => stage.start(workers));

  test("from the host are requested again", async () => {
    const between = await stage.relay();
    const host = await stage.join("publish", between);
    const listener = await stage.join("subscribe");
    between.dropMedia("to-server", [3, 4, 7]);
    await play(host, 0, 12);
    await listener.receive(12);
    expect(texts(listener).sort()).toEqual(packets(0, 12).sort());
  });

  test("to a listener are sent again when it requests them", async () => {
    const between = await stage.relay();
    const host = await stage.join("publish");
    const listener = await stage.join("subscribe", between);
    between.dropMedia("to-peer", [3, 4]);
    await play(host, 0, 10);
    await listener.receive(8);
    listener.askFor([3, 4]);
    await listener.receive(10);
    expect(texts(listener).sort()).toEqual(packets(0, 10).sort());
  });
});

test("peers count as connecting from the answer until they are connected or closed", async () => {
  await stage.start(2);
  const { peer } = stage.engine.subscribe("WALL", { offer: offerSdp({ direction: "recvonly" }) });
  expect(stage.engine.connecting).toBe(1);
  await stage.join("subscribe");
  expect(stage.engine.connecting).toBe(1);
  const closed = once(stage.engine, "peer-closed");
  stage.engine.closePeer(peer, "member left");
  await closed;
  expect(stage.engine.connecting).toBe(0);
});

test("packets, bytes, handshakes and retransmissions of all threads are counted", async () => {
  await stage.start(2);
  const seen: Counts[] = [];
  stage.engine.on("counted", (counts) => seen.push(counts));
  const host = await stage.join("publish");
  const listener = await stage.join("subscribe");
  await play(host, 0, 20);
  await listener.receive(20);
  listener.askFor([3, 4]);
  await listener.receive(22);
  const sum = (figure: (counts: Counts) => number) =>
    seen.reduce((total, counts) => total + figure(counts), 0);
  // Each thread reports once a second.
  for (let reports = 0; reports < 4; reports++) await once(stage.engine, "counted");
  expect(sum(({ packetsRetransmitted }) => packetsRetransmitted)).toBe(2);
  expect(sum(({ handshakeMs }) => handshakeMs.length)).toBe(2);
  expect(sum(({ forwardMs }) => forwardMs.length)).toBe(20);
  expect(sum(({ packetsIn }) => packetsIn)).toBeGreaterThan(20);
  expect(sum(({ packetsOut }) => packetsOut)).toBeGreaterThan(22);
  expect(sum(({ bytesOut }) => bytesOut)).toBeGreaterThan(sum(({ packetsOut }) => packetsOut) * 20);
});
