import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Broadcast } from "../../../../../server/media/fanout/broadcast.ts";
import { SrtpOpener } from "../../../../../server/media/secure/srtp.ts";
import { deriveSessionKeys } from "../../../../../server/media/secure/srtp-keys.ts";
import type { Relay, RelayedPacket } from "../../../../../server/relay/relay.ts";
import { Catcher } from "../../../../support/catcher.ts";

/** A broadcast with one listener, who opens what comes. */
function listening(relay?: Relay) {
  const broadcast = new Broadcast("WALL", relay, () => {});
  const master = { key: randomBytes(16), salt: randomBytes(14) };
  const caught: Buffer[] = [];
  broadcast.add({
    keys: deriveSessionKeys(master, "rtp"),
    ssrc: 77,
    payloadType: 111,
    destination: new Catcher(caught),
  });
  const opener = new SrtpOpener(master);
  const heard = () => caught.splice(0).map((packet) => opener.open(packet)!);
  return { broadcast, heard };
}

/**
 * The relay between two threads, each with a listener: what either publishes reaches the other when it is let
 * through.
 */
function twoThreads() {
  const receivers: ((packet: RelayedPacket) => void)[] = [];
  const onTheWay: (() => void)[] = [];
  const relay = (own: number): Relay => ({
    publish: (_, packet) => onTheWay.push(() => receivers[1 - own]!(packet)),
    subscribe: (_, receive) => {
      receivers[own] = receive;
      return () => {};
    },
  });
  const arrive = () => {
    for (const one of onTheWay.splice(0)) one();
  };
  return { threads: [listening(relay(0)), listening(relay(1))] as const, arrive };
}

/** One stretch of a host's stream. */
function play(
  broadcast: Broadcast,
  from: { publisher?: number; ssrc: number; index: number; timestamp: number },
  count: number,
): void {
  for (let n = 0; n < count; n++) {
    const packet = {
      ssrc: from.ssrc,
      index: from.index + n,
      sequence: (from.index + n) & 0xffff,
      timestamp: (from.timestamp + n * 960) >>> 0,
      marker: false,
      payloadType: 111,
      padded: false,
      payload: Buffer.from([from.ssrc, n]),
    };
    broadcast.forward(packet, from.publisher ?? 1);
  }
}

/** How far each packet's index is from the first one's. */
const distances = (packets: readonly { index: number }[]) =>
  packets.map(({ index }) => index - packets[0]!.index);

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

test("a listener hears one stream, over hosts that come and go and a rollover in the midst of them", () => {
  const { broadcast, heard } = listening();
  play(broadcast, { ssrc: 1, index: 65_530, timestamp: 2 ** 32 - 2000 }, 4);
  play(broadcast, { ssrc: 2, index: 40_000, timestamp: 5 }, 4);
  play(broadcast, { publisher: 2, ssrc: 2, index: 7, timestamp: 3_000_000_000 }, 4);
  const packets = heard();
  expect(distances(packets)).toEqual(upTo(12));
  expect(new Set(packets.map(({ ssrc }) => ssrc))).toEqual(new Set([77]));
  const steps = packets.slice(1).map(({ timestamp }, n) => (timestamp - packets[n]!.timestamp) | 0);
  for (const step of steps) expect(step).toBeGreaterThanOrEqual(0);
  expect(packets.map(({ marker }) => marker)).toEqual(packets.map((_, n) => n % 4 === 0));
  broadcast.close();
});

test("what belongs to a stream that was replaced, and what comes twice, is not sent on", () => {
  const { broadcast, heard } = listening();
  play(broadcast, { ssrc: 1, index: 100, timestamp: 0 }, 3);
  play(broadcast, { ssrc: 2, index: 500, timestamp: 0 }, 2);
  play(broadcast, { ssrc: 2, index: 498, timestamp: 0 }, 3);
  play(broadcast, { publisher: 0, ssrc: 3, index: 9, timestamp: 0 }, 3);
  expect(distances(heard())).toEqual(upTo(5));
  broadcast.close();
});

test("a host replaced by one in another thread, both still sending, never makes an index come twice", () => {
  const {
    threads: [one, two],
    arrive,
  } = twoThreads();
  play(one.broadcast, { publisher: 1, ssrc: 1, index: 100, timestamp: 0 }, 10);
  arrive();
  // The second thread does not know of these yet when its own host begins.
  play(one.broadcast, { publisher: 1, ssrc: 1, index: 110, timestamp: 9_600 }, 30);
  play(two.broadcast, { publisher: 2, ssrc: 2, index: 7, timestamp: 0 }, 5);
  arrive();
  play(one.broadcast, { publisher: 1, ssrc: 1, index: 140, timestamp: 38_400 }, 5);
  play(two.broadcast, { publisher: 2, ssrc: 2, index: 12, timestamp: 4_800 }, 5);
  arrive();
  const stream = (ssrc: number, from: number, count: number) => upTo(count).map((n) => `${ssrc}:${from + n}`);
  const [atOne, atTwo] = [one.heard(), two.heard()];
  const names = (packets: typeof atOne) => packets.map(({ payload }) => `${payload[0]}:${payload[1]}`);
  // Nothing of the new host is missing at either, and nothing of the old one comes after it.
  const newHost = [...stream(2, 0, 5), ...stream(2, 0, 5)];
  expect(names(atOne)).toEqual([...stream(1, 0, 10), ...stream(1, 0, 30), ...newHost]);
  expect(names(atTwo)).toEqual([...stream(1, 0, 10), ...newHost]);
  expect(distances(atOne)).toEqual(upTo(50));
  expect(distances(atTwo)).toEqual(upTo(20));
});

test("a listener's first sequence number leaves room for all that it may miss before the first rollover", () => {
  const firsts = upTo(400).map(() => {
    const { broadcast, heard } = listening();
    play(broadcast, { ssrc: 1, index: 65_535, timestamp: 0 }, 1);
    return heard()[0]!.sequence;
  });
  for (const first of firsts) {
    expect(first).toBeGreaterThanOrEqual(256);
    expect(first).toBeLessThan(0x4000 + 16);
  }
  expect(new Set(firsts).size).toBeGreaterThan(100);
});

test("letting a listener go twice leaves the others in", () => {
  const { broadcast, heard } = listening();
  const options = {
    keys: deriveSessionKeys({ key: randomBytes(16), salt: randomBytes(14) }, "rtp"),
    ssrc: 1,
    payloadType: 111,
    destination: new Catcher([]),
  };
  const others = upTo(256).map(() => broadcast.add(options));
  const alone = others.at(-1)!;
  broadcast.remove(alone);
  broadcast.remove(alone);
  play(broadcast, { ssrc: 1, index: 1, timestamp: 0 }, 2);
  expect(heard().length).toBe(2);
  broadcast.close();
});

test("what is sent again is no further back than there is room before a new listener's first sequence number", () => {
  const { broadcast } = listening();
  play(broadcast, { ssrc: 1, index: 0, timestamp: 0 }, 100);
  play(broadcast, { ssrc: 1, index: 300, timestamp: 0 }, 1);
  expect(upTo(301).filter((index) => broadcast.sent(index))).toEqual([...upTo(55).map((n) => 45 + n), 300]);
  broadcast.close();
});
