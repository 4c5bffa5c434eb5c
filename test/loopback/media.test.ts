import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RTCDtlsTransport } from "werift";
import type { Counts } from "../../server/media/counters.ts";
import { createEngine, type EngineOptions, type MediaEngine } from "../../server/media/engine.ts";
import { StandIn } from "../support/browser-stand-in.ts";
import { offerSdp } from "../support/offers.ts";
import { UdpRelay } from "../support/udp-relay.ts";

/** Each test runs over one media thread, and over three that share the port. */
const THREADS = [1, 3];

const SENDER = fileURLToPath(new URL("../support/send-from-port-0.py", import.meta.url));

let engine: MediaEngine;
const open: { close(): Promise<void> }[] = [];

async function start(
  workers: number,
  host = "127.0.0.1",
  announced = [host],
  limits: Partial<EngineOptions> = {},
): Promise<void> {
  engine = await createEngine({
    ...limits,
    host,
    port: 0,
    announced,
    workers,
    log: pino({ level: "silent" }),
  });
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await engine.close();
});

/** Joins the broadcast, straight or through a relay that stands where the server's port is announced. */
async function join(purpose: "publish" | "subscribe", relay?: UdpRelay): Promise<StandIn & { peer: string }> {
  const standIn = new StandIn(purpose);
  open.push(standIn);
  const { peer, answer } = engine[purpose]("WALL", { offer: await standIn.offer() }, 20);
  await standIn.accept(relay ? answer.replaceAll(` ${engine.port} typ`, ` ${relay.port} typ`) : answer);
  return Object.assign(standIn, { peer });
}

async function relay(): Promise<UdpRelay> {
  const between = await UdpRelay.open(engine.port);
  open.push(between);
  return between;
}

test("one port serves IPv4 and IPv6", async () => {
  await start(1, "::", ["127.0.0.1", "::1"]);
  const host = await join("publish");
  const listener = new StandIn("subscribe", "::1");
  open.push(listener);
  await listener.accept(engine.subscribe("WALL", { offer: await listener.offer() }).answer);
  await play(host, 0, 5);
  await listener.receive(5);
  expect(texts(listener)).toEqual(packets(0, 5));
});

async function play(host: StandIn, first: number, count: number): Promise<void> {
  for (let n = first; n < first + count; n++) {
    host.send(n & 0xffff, (n * 960) >>> 0, Buffer.from(`packet ${n}`));
    await delay(5);
  }
}

const texts = (listener: StandIn) => listener.received.map((packet) => packet.payload.toString());
const packets = (first: number, count: number) =>
  Array.from({ length: count }, (_, n) => `packet ${first + n}`);

describe.each(THREADS)("a broadcast over %i", (workers) => {
  beforeEach(() => start(workers));

  test("reaches every listener, each with its own SSRC", async () => {
    const host = await join("publish");
    const [one, two] = [await join("subscribe"), await join("subscribe")];
    await play(host, 100, 10);
    await Promise.all([one.receive(10), two.receive(10)]);
    expect(texts(one)).toEqual(packets(100, 10));
    expect(texts(two)).toEqual(packets(100, 10));
    expect(one.received[0]!.header.ssrc).not.toBe(two.received[0]!.header.ssrc);
  });

  test("goes on over a wrap of the sequence, also for who comes after it", async () => {
    const host = await join("publish");
    const early = await join("subscribe");
    await play(host, 65_530, 10);
    await early.receive(10);
    const late = await join("subscribe");
    await play(host, 65_540, 10);
    await Promise.all([early.receive(20), late.receive(10)]);
    expect(texts(early)).toEqual(packets(65_530, 20));
    expect(texts(late)).toEqual(packets(65_540, 10));
  });

  test("is one stream to the listener when the host comes back with another", async () => {
    const first = await join("publish");
    const listener = await join("subscribe");
    await play(first, 1000, 5);
    await listener.receive(5);
    await first.close();
    const second = await join("publish");
    await play(second, 40, 5);
    await listener.receive(10);
    const headers = listener.received.map((packet) => packet.header);
    expect(headers.map((header) => header.sequenceNumber)).toEqual(
      Array.from({ length: 10 }, (_, n) => 1000 + n),
    );
    expect(new Set(headers.map((header) => header.ssrc)).size).toBe(1);
    const step = headers[5]!.timestamp - headers[4]!.timestamp;
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(10 * 48_000);
  });

  test("closes the first host's leg when a second publishes", async () => {
    const first = await join("publish");
    const closed = once(engine, "peer-closed");
    await join("publish");
    expect(await closed).toEqual([first.peer, "replaced"]);
  });

  test("tells how a listener receives", async () => {
    const host = await join("publish");
    const listener = await join("subscribe");
    await play(host, 0, 20);
    await expect
      .poll(() => engine.stats(listener.peer)?.roundTripMs, { timeout: 18_000 })
      .toEqual(expect.any(Number));
    expect(engine.stats(listener.peer)).toMatchObject({ loss: 0 });
  });
});

describe.each(THREADS)("a listener over %i", (workers) => {
  beforeEach(() => start(workers));

  test("is followed when its address changes, twice", { timeout: 40_000 }, async () => {
    const between = await relay();
    const host = await join("publish");
    const listener = await join("subscribe", between);
    await play(host, 0, 3);
    await listener.receive(3);
    let sequence = 3;
    for (const _move of [1, 2]) {
      await between.move();
      const before = listener.received.length;
      await expect
        .poll(
          async () => {
            await play(host, sequence++, 1);
            return listener.received.length;
          },
          { timeout: 18_000, interval: 100 },
        )
        .toBeGreaterThan(before);
    }
  });

  test("gets nothing more once it is let go, and the others go on", async () => {
    const host = await join("publish");
    const [gone, stays] = [await join("subscribe"), await join("subscribe")];
    await play(host, 0, 3);
    await Promise.all([gone.receive(3), stays.receive(3)]);
    const closed = once(engine, "peer-closed");
    engine.closePeer(gone.peer, "member left");
    expect(await closed).toEqual([gone.peer, "member left"]);
    await play(host, 3, 3);
    await stays.receive(6);
    expect(texts(gone)).toEqual(packets(0, 3));
  });
});

describe.each(THREADS)("losses over %i", (workers) => {
  beforeEach(() => start(workers));

  test("on the way from the host are asked for again", async () => {
    const between = await relay();
    const host = await join("publish", between);
    const listener = await join("subscribe");
    between.dropMedia("to-server", [3, 4, 7]);
    await play(host, 0, 12);
    await listener.receive(12);
    expect(texts(listener).sort()).toEqual(packets(0, 12).sort());
  });

  test("on the way to a listener are sent again when it asks", async () => {
    const between = await relay();
    const host = await join("publish");
    const listener = await join("subscribe", between);
    between.dropMedia("to-peer", [3, 4]);
    await play(host, 0, 10);
    await listener.receive(8);
    listener.askFor([3, 4]);
    await listener.receive(10);
    expect(texts(listener).sort()).toEqual(packets(0, 10).sort());
  });
});

describe.each(THREADS)("what has no business on the port, over %i,", (workers) => {
  beforeEach(() => start(workers));

  test("changes nothing: noise, and replayed packets from the host's own address", async () => {
    const between = await relay();
    const host = await join("publish", between);
    const listener = await join("subscribe");
    await play(host, 0, 5);
    await listener.receive(5);
    between.replayAll("to-server");
    between.forgeLast("to-server");

    const stranger = createSocket("udp4");
    for (const noise of fc.sample(fc.uint8Array({ minLength: 0, maxLength: 1400 }), 500)) {
      stranger.send(noise, engine.port, "127.0.0.1");
      // The same noise as each kind of datagram, also from an address that the server knows.
      for (const first of [0, 22, 128]) between.inject("to-server", Buffer.from([first, ...noise]));
    }
    await delay(200);
    stranger.close();
    await play(host, 5, 5);
    await listener.receive(10);
    await delay(100);
    expect(texts(listener)).toEqual(packets(0, 10));
  });

  test("a certificate that is not the one of the offer gets no keys", async () => {
    const standIn = new StandIn("subscribe");
    open.push(standIn);
    const other = offerSdp({ direction: "recvonly" }).match(/a=fingerprint:.*/)![0];
    const offer = (await standIn.offer()).replaceAll(/a=fingerprint:.*/g, other);
    const { peer, answer } = engine.subscribe("WALL", { offer });
    const closed = once(engine, "peer-closed");
    standIn.accept(answer).catch(() => {});
    expect(await closed).toEqual([peer, "dtls certificate is not the one of the offer"]);
  });
});

test("a listener that asks for packets again and again gets a hundred a second at most", async () => {
  await start(1);
  let again = 0;
  engine.on("counted", ({ packetsAgain }) => {
    again += packetsAgain;
  });
  const host = await join("publish");
  const listener = await join("subscribe");
  await play(host, 0, 50);
  await listener.receive(50);
  const begun = performance.now();
  const all = Array.from({ length: 50 }, (_, n) => n);
  for (let times = 0; times < 20; times++) listener.askFor(all);
  await play(host, 50, 5);
  await listener.receive(150);
  for (let heard = 0; heard < 2; heard++) await once(engine, "counted");
  const seconds = (performance.now() - begun) / 1000;
  expect(again).toBeGreaterThanOrEqual(95);
  expect(again).toBeLessThanOrEqual(100 + 100 * seconds);
  expect(listener.received.length).toBeLessThan(50 * 20);
});

/** Raw sockets are the superuser's. */
test.skipIf(process.getuid?.() !== 0)(
  "an address that nothing can be sent to stops no one's song",
  async () => {
    await start(1);
    const between = await relay();
    const host = await join("publish");
    const bad = await join("subscribe", between);
    const good = await join("subscribe");
    await play(host, 0, 3);
    await Promise.all([bad.receive(3), good.receive(3)]);
    // The bad listener's own check, which is authentic, from port 0.
    const check = between.passed("to-server").findLast((datagram) => datagram[0] === 0 && datagram[1] === 1)!;
    execFileSync("python3", [SENDER, String(engine.port)], { input: check });
    await play(host, 3, 3);
    await good.receive(6);
    expect(texts(good)).toEqual(packets(0, 6));
  },
);

test("of a host that sends more than it may, what is beyond is dropped", async () => {
  await start(1, "127.0.0.1", ["127.0.0.1"], { hostRateMax: 5_000 });
  const host = await join("publish");
  const listener = await join("subscribe");
  const flood = Buffer.alloc(500);
  for (let n = 0; n < 40; n++) host.send(n, n * 960, flood);
  await delay(1_000);
  expect(listener.received.length).toBeGreaterThanOrEqual(8);
  expect(listener.received.length).toBeLessThan(20);
  host.send(40, 40 * 960, Buffer.from("moderate"));
  await listener.receive(listener.received.length + 1);
  expect(texts(listener).at(-1)).toBe("moderate");
});

test("replays and forgeries in the host's name use up nothing of what it may send", async () => {
  await start(1, "127.0.0.1", ["127.0.0.1"], { hostRateMax: 5_000 });
  const between = await relay();
  const host = await join("publish", between);
  const listener = await join("subscribe");
  const large = Buffer.alloc(500, 1);
  host.send(0, 0, large);
  await listener.receive(1);
  for (let times = 0; times < 50; times++) {
    between.replayAll("to-server");
    between.forgeLast("to-server");
  }
  // Fewer bytes than it may send at once.
  for (let n = 1; n <= 7; n++) host.send(n, n * 960, large);
  await listener.receive(8);
  expect(listener.received).toHaveLength(8);
});

test("peers count as connecting from their answer until they are connected or closed", async () => {
  await start(2);
  const { peer } = engine.subscribe("WALL", { offer: offerSdp({ direction: "recvonly" }) });
  expect(engine.connecting).toBe(1);
  await join("subscribe");
  expect(engine.connecting).toBe(1);
  const closed = once(engine, "peer-closed");
  engine.closePeer(peer, "enough");
  await closed;
  expect(engine.connecting).toBe(0);
});

test("what the threads do is counted", async () => {
  await start(2);
  const seen: Counts[] = [];
  engine.on("counted", (counts) => seen.push(counts));
  const host = await join("publish");
  const listener = await join("subscribe");
  await play(host, 0, 20);
  await listener.receive(20);
  listener.askFor([3, 4]);
  await listener.receive(22);
  const sum = (figure: (counts: Counts) => number) =>
    seen.reduce((total, counts) => total + figure(counts), 0);
  // Each thread tells in its own second.
  for (let heard = 0; heard < 4; heard++) await once(engine, "counted");
  expect(sum(({ packetsAgain }) => packetsAgain)).toBe(2);
  expect(sum(({ handshakeMs }) => handshakeMs.length)).toBe(2);
  expect(sum(({ forwardMs }) => forwardMs.length)).toBe(20);
  expect(sum(({ packetsIn }) => packetsIn)).toBeGreaterThan(20);
  expect(sum(({ packetsOut }) => packetsOut)).toBeGreaterThan(22);
  expect(sum(({ bytesOut }) => bytesOut)).toBeGreaterThan(sum(({ packetsOut }) => packetsOut) * 20);
});

test("only the browser itself can say goodbye", async () => {
  await start(1);
  const between = await relay();
  const host = await join("publish");
  const listener = await join("subscribe", between);
  const forged = [
    // An alert as it is in the clear, a record of no known type, and an alert that nobody with the keys has written.
    "15fefd000000000000000900020100",
    "2afefd000100000000000900020100",
    "15fefd000100000000000900020100",
    `15fefd0001000000000009001a${"00".repeat(26)}`,
  ];
  for (const record of forged) between.inject("to-server", Buffer.from(record, "hex"));
  await play(host, 0, 5);
  await listener.receive(5);

  const closed = once(engine, "peer-closed");
  // werift's own close() says no goodbye of DTLS; a browser's does.
  const { dtls } = listener.pc.dtlsTransports[0]!;
  await dtls!.transport.send(goodbyeOf(dtls!));
  expect(await closed).toEqual([listener.peer, "dtls closed by the browser"]);
});

/** An alert `close_notify` as the one who has the keys protects it. */
function goodbyeOf(dtls: NonNullable<RTCDtlsTransport["dtls"]>): Buffer {
  const { cipher, sessionType } = dtls.cipher;
  const header = { type: 21, version: 0xfefd, epoch: 1, sequenceNumber: 7 };
  const fragment = cipher.encrypt(sessionType, Buffer.from([1, 0]), header);
  const record = Buffer.alloc(13);
  record.writeUInt8(header.type, 0);
  record.writeUInt16BE(header.version, 1);
  record.writeUInt16BE(header.epoch, 3);
  record.writeUIntBE(header.sequenceNumber, 5, 6);
  record.writeUInt16BE(fragment.length, 11);
  return Buffer.concat([record, fragment]);
}
