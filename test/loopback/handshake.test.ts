import { createECDH } from "node:crypto";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { StandIn } from "../support/browser-stand-in.ts";
import { clearRecord, clientHello, handshakeRecord } from "../support/dtls-records.ts";
import { checksFor } from "../support/ice-checks.ts";
import { MediaStage, packets, play, texts } from "../support/media-stage.ts";
import { offerSdp } from "../support/offers.ts";
import type { UdpRelay } from "../support/udp-relay.ts";

const CLIENT_HELLO = 1;
const CERTIFICATE = 11;
const CERTIFICATE_VERIFY = 15;
const CLIENT_KEY_EXCHANGE = 16;
const FINISHED = 20;

const stage = new MediaStage();

/** A peer that has sent a connectivity check, but no DTLS yet. */
async function checkedPeer(): Promise<UdpRelay> {
  const relay = await stage.relay();
  const { answer } = stage.engine.subscribe("WALL", { offer: offerSdp({ direction: "recvonly" }) });
  relay.inject("to-server", checksFor(answer)());
  await delay(50);
  return relay;
}

test("an attacker between a browser and the server cannot finish the browser's handshake", async () => {
  await stage.start(1);
  const connected: string[] = [];
  stage.engine.on("peer-connected", (_broadcast, peer) => connected.push(peer));
  const between = await stage.relay();
  const victim = new StandIn("publish");
  stage.open.push(victim);
  const { port } = stage.engine;
  const { answer } = stage.engine.publish("WALL", { offer: await victim.offer() }, 20);
  // The victim proves its certificate. The attacker drops its Finished and tries to finish the handshake.
  between.intercept = (direction, datagram) => {
    if (direction === "to-peer" || datagram[0]! < 20 || datagram[0]! > 63) return [datagram];
    const clear = clearRecords(datagram);
    if (!clear.some((record) => record[13] === CERTIFICATE_VERIFY)) return clear;
    const share = createECDH("prime256v1").generateKeys();
    const exchange = Buffer.concat([Buffer.from([share.length]), share]);
    return [
      ...clear,
      handshakeRecord(CLIENT_KEY_EXCHANGE, 4, exchange),
      handshakeRecord(FINISHED, 5, Buffer.alloc(12)),
    ];
  };
  victim.accept(answer.replaceAll(` ${port} typ`, ` ${between.port} typ`)).catch(() => {});
  await delay(3_000);
  expect(connected).toEqual([]);
});

/** The handshake records of a datagram that are in the clear. */
function clearRecords(datagram: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at + 13 <= datagram.length; ) {
    const end = at + 13 + datagram.readUInt16BE(at + 11);
    const record = datagram.subarray(at, end);
    if (record[0] === 22 && record.readUInt16BE(3) === 0) records.push(record);
    at = end;
  }
  return records;
}

test("forged records in the clear neither end nor delay a handshake", async () => {
  await stage.start(1);
  const host = await stage.join("publish");
  const between = await stage.relay();
  const junk = [
    // A fatal alert, a record of an unknown type, a malformed hello, a malformed message, noise.
    clearRecord(21, Buffer.from([2, 40])),
    clearRecord(42, Buffer.from("hello")),
    handshakeRecord(CLIENT_HELLO, 0, Buffer.alloc(3)),
    clearRecord(22, Buffer.alloc(5, 255)),
    Buffer.alloc(40, 22),
  ];
  // All precede each datagram of the browser; a forged certificate precedes the browser's own, once.
  const forged = [handshakeRecord(CERTIFICATE, 1, Buffer.from([0, 0, 4, 0, 0, 1, 7]))];
  between.intercept = (direction, datagram) => {
    if (direction === "to-peer" || datagram[0]! < 20 || datagram[0]! > 63) return [datagram];
    const proves = clearRecords(datagram).some((record) => record[13] === CERTIFICATE);
    return [...junk, ...(proves ? forged.splice(0) : []), datagram];
  };
  const listener = await stage.join("subscribe", between);
  await play(host, 0, 5);
  await listener.receive(5);
  expect(texts(listener)).toEqual(packets(0, 5));
});

test("forged hellos after the browser's own do not end its handshake", async () => {
  await stage.start(1);
  const host = await stage.join("publish");
  const between = await stage.relay();
  let [forged, answers] = [0, 0];
  between.intercept = (direction, datagram) => {
    if (datagram[0] !== 22) return [datagram];
    if (direction === "to-server") return [datagram, clientHello({ random: ++forged })];
    // A browser uses the first answer only; werift's client would use all.
    return answers++ === 0 ? [datagram] : [];
  };
  const listener = await stage.join("subscribe", between);
  await play(host, 0, 5);
  await listener.receive(5);
  expect(texts(listener)).toEqual(packets(0, 5));
});

test("a browser may use the second of two certificates in its offer", async () => {
  await stage.start(1);
  const host = await stage.join("publish");
  const listener = new StandIn("subscribe");
  stage.open.push(listener);
  const other = offerSdp({ direction: "recvonly" }).match(/a=fingerprint:.*/)![0];
  const offer = (await listener.offer()).replaceAll(/a=fingerprint:.*/g, (own) => `${other}\r\n${own}`);
  await listener.accept(stage.engine.subscribe("WALL", { offer }).answer);
  await play(host, 0, 5);
  await listener.receive(5);
  expect(texts(listener)).toEqual(packets(0, 5));
});

test("one peer's flood of key exchanges does not prevent others from joining", async () => {
  await stage.start(1);
  const host = await stage.join("publish");
  const attacker = await checkedPeer();
  const exchange = Buffer.concat([Buffer.from([65]), createECDH("prime256v1").generateKeys()]);
  const datagram = Buffer.concat(
    Array.from({ length: 12 }, (_, n) => handshakeRecord(CLIENT_KEY_EXCHANGE, n, exchange)),
  );
  // A burst of 700 KiB.
  attacker.inject("to-server", clientHello());
  await delay(200);
  for (let sent = 0; sent < 700 * 1024; sent += datagram.length) attacker.inject("to-server", datagram);
  const listener = await Promise.race([stage.join("subscribe"), delay(5_000)]);
  expect(listener).toBeDefined();
  await play(host, 0, 5);
  await listener!.receive(5);
});

test("of 300 hellos of a peer, repeated and forged ones, only a few are answered", async () => {
  await stage.start(1);
  const attacker = await checkedPeer();
  let answers = 0;
  attacker.intercept = (direction, datagram) => {
    if (direction === "to-peer" && datagram[0] === 22) answers += 1;
    return [datagram];
  };
  for (let n = 0; n < 300; n++) {
    attacker.inject("to-server", clientHello({ random: n % 10 }));
    if (n % 10 === 0) await delay(5);
  }
  await delay(500);
  expect(answers).toBeGreaterThan(0);
  expect(answers).toBeLessThanOrEqual(48);
});

test("a peer with a wrong certificate gets a fatal alert", async () => {
  await stage.start(1);
  const closed = once(stage.engine, "peer-closed");
  const between = await stage.relay();
  const listener = new StandIn("subscribe");
  stage.open.push(listener);
  const other = offerSdp({ direction: "recvonly" }).match(/a=fingerprint:.*/)![0];
  const offer = (await listener.offer()).replaceAll(/a=fingerprint:.*/g, other);
  const { peer, answer } = stage.engine.subscribe("WALL", { offer });
  const { port } = stage.engine;
  listener.accept(answer.replaceAll(` ${port} typ`, ` ${between.port} typ`)).catch(() => {});
  expect(await closed).toEqual(["WALL", peer, "dtls certificate does not match the offer"]);
  // A fatal alert, handshake_failure (RFC 5246 §7.2). It passes the relay later than the server reports.
  const passed = () => between.passed("to-peer").map((record) => [record[0], ...record.subarray(13)]);
  await expect.poll(passed).toContainEqual([21, 2, 40]);
});
