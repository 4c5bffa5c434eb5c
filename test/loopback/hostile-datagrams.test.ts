import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { RTCDtlsTransport } from "werift";
import { StandIn } from "../support/browser-stand-in.ts";
import { MediaStage, packets, play, THREADS, texts } from "../support/media-stage.ts";
import { offerSdp } from "../support/offers.ts";

const SENDER = fileURLToPath(new URL("../support/send-from-port-0.py", import.meta.url));

const stage = new MediaStage();

describe.each(THREADS)("the UDP port with %i media threads", (workers) => {
  beforeEach(() => stage.start(workers));

  test("ignores noise, and replayed packets from the host's address", async () => {
    const between = await stage.relay();
    const host = await stage.join("publish", between);
    const listener = await stage.join("subscribe");
    await play(host, 0, 5);
    await listener.receive(5);
    between.replayAll("to-server");
    between.forgeLast("to-server");

    const attacker = createSocket("udp4");
    for (const noise of fc.sample(fc.uint8Array({ minLength: 0, maxLength: 1400 }), 500)) {
      attacker.send(noise, stage.engine.port, "127.0.0.1");
      // The same noise as STUN, DTLS and media, from the host's address.
      for (const first of [0, 22, 128]) between.inject("to-server", Buffer.from([first, ...noise]));
    }
    await delay(200);
    attacker.close();
    await play(host, 5, 5);
    await listener.receive(10);
    await delay(100);
    expect(texts(listener)).toEqual(packets(0, 10));
  });

  test("refuses a browser whose certificate does not match its offer", async () => {
    const standIn = new StandIn("subscribe");
    stage.open.push(standIn);
    const other = offerSdp({ direction: "recvonly" }).match(/a=fingerprint:.*/)![0];
    const offer = (await standIn.offer()).replaceAll(/a=fingerprint:.*/g, other);
    const { peer, answer } = stage.engine.subscribe("WALL", { offer });
    const closed = once(stage.engine, "peer-closed");
    standIn.accept(answer).catch(() => {});
    expect(await closed).toEqual(["WALL", peer, "dtls certificate does not match the offer"]);
  });
});

test("a listener that repeats its NACKs is sent a hundred packets a second again at most", async () => {
  await stage.start(1);
  let retransmitted = 0;
  stage.engine.on("counted", ({ packetsRetransmitted }) => {
    retransmitted += packetsRetransmitted;
  });
  const host = await stage.join("publish");
  const listener = await stage.join("subscribe");
  await play(host, 0, 50);
  await listener.receive(50);
  const startedAt = performance.now();
  const all = Array.from({ length: 50 }, (_, n) => n);
  for (let repeat = 0; repeat < 20; repeat++) listener.askFor(all);
  await play(host, 50, 5);
  await listener.receive(150);
  for (let reports = 0; reports < 2; reports++) await once(stage.engine, "counted");
  const seconds = (performance.now() - startedAt) / 1000;
  expect(retransmitted).toBeGreaterThanOrEqual(95);
  expect(retransmitted).toBeLessThanOrEqual(100 + 100 * seconds);
  expect(listener.received.length).toBeLessThan(50 * 20);
});

/** Only the superuser may open raw sockets. */
test.skipIf(process.getuid?.() !== 0)(
  "a listener with an address that cannot be sent to does not stop the others' packets",
  async () => {
    await stage.start(1);
    const between = await stage.relay();
    const host = await stage.join("publish");
    const bad = await stage.join("subscribe", between);
    const good = await stage.join("subscribe");
    await play(host, 0, 3);
    await Promise.all([bad.receive(3), good.receive(3)]);
    // An authentic check of the bad listener, from port 0.
    const check = between.passed("to-server").findLast((datagram) => datagram[0] === 0 && datagram[1] === 1)!;
    execFileSync("python3", [SENDER, String(stage.engine.port)], { input: check });
    await play(host, 3, 3);
    await good.receive(6);
    expect(texts(good)).toEqual(packets(0, 6));
  },
);

test("packets of a host that exceed its rate limit are dropped", async () => {
  await stage.start(1, "127.0.0.1", ["127.0.0.1"], { hostRateMax: 5_000 });
  const host = await stage.join("publish");
  const listener = await stage.join("subscribe");
  const flood = Buffer.alloc(500);
  for (let n = 0; n < 40; n++) host.send(n, n * 960, flood);
  await delay(1_000);
  expect(listener.received.length).toBeGreaterThanOrEqual(8);
  expect(listener.received.length).toBeLessThan(20);
  host.send(40, 40 * 960, Buffer.from("moderate"));
  await listener.receive(listener.received.length + 1);
  expect(texts(listener).at(-1)).toBe("moderate");
});

test("replayed and forged packets do not use up the host's rate limit", async () => {
  await stage.start(1, "127.0.0.1", ["127.0.0.1"], { hostRateMax: 5_000 });
  const between = await stage.relay();
  const host = await stage.join("publish", between);
  const listener = await stage.join("subscribe");
  const large = Buffer.alloc(500, 1);
  host.send(0, 0, large);
  await listener.receive(1);
  for (let times = 0; times < 50; times++) {
    between.replayAll("to-server");
    between.forgeLast("to-server");
  }
  // Fewer bytes than the limit allows as a burst.
  for (let n = 1; n <= 7; n++) host.send(n, n * 960, large);
  await listener.receive(8);
  expect(listener.received).toHaveLength(8);
});

test("only an authentic close_notify closes a peer", async () => {
  await stage.start(1);
  const between = await stage.relay();
  const host = await stage.join("publish");
  const listener = await stage.join("subscribe", between);
  const forged = [
    // An unencrypted alert, a record of an unknown type, and alerts with a wrong authentication tag.
    "15fefd000000000000000900020100",
    "2afefd000100000000000900020100",
    "15fefd000100000000000900020100",
    `15fefd0001000000000009001a${"00".repeat(26)}`,
  ];
  for (const record of forged) between.inject("to-server", Buffer.from(record, "hex"));
  await play(host, 0, 5);
  await listener.receive(5);

  const closed = once(stage.engine, "peer-closed");
  // werift's close() sends no close_notify; a browser's does.
  const { dtls } = listener.pc.dtlsTransports[0]!;
  await dtls!.transport.send(closeNotifyOf(dtls!));
  expect(await closed).toEqual(["WALL", listener.peer, "dtls closed by the browser"]);
});

/** The record of an alert `close_notify`, protected with the listener's keys. */
function closeNotifyOf(dtls: NonNullable<RTCDtlsTransport["dtls"]>): Buffer {
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
