import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Broadcast } from "../../../../../server/media/fanout/broadcast.ts";
import { SrtpOpener } from "../../../../../server/media/secure/srtp.ts";
import { deriveSessionKeys } from "../../../../../server/media/secure/srtp-keys.ts";
import type { Relay, RelayedPacket } from "../../../../../server/relay/relay.ts";
import { Catcher } from "../../../../support/catcher.ts";

/** A broadcast with one listener, which decrypts what it receives. */
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
  const received = () => caught.splice(0).map((packet) => opener.open(packet)!);
  return { broadcast, received };
}

/** Two threads, each with a listener. A published packet reaches the other thread at the next `arrive()`. */
function twoThreads() {
  const receivers: ((packet: RelayedPacket) => void)[] = [];
  const inTransit: (() => void)[] = [];
  const relay = (own: number): Relay => ({
    publish: (_, packet) => inTransit.push(() => receivers[1 - own]!(packet)),
    subscribe: (_, receive) => {
      receivers[own] = receive;
      return () => {};
    },
  });
  const arrive = () => {
    for (const deliver of inTransit.splice(0)) deliver();
  };
  return { threads: [listening(relay(0)), listening(relay(1))] as const, arrive };
}

/** Sends consecutive packets of a host's stream. */
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

/** Distance of each packet's index from the first packet's. */
const distances = (packets: readonly { index: number }[]) =>
  packets.map(({ index }) => index - packets[0]!.index);

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe("a broadcast", () => {
  test("a listener receives one continuous stream across changes of the host and a rollover", () => {
    const { broadcast, received } = listening();
    play(broadcast, { ssrc: 1, index: 65_530, timestamp: 2 ** 32 - 2000 }, 4);
    play(broadcast, { ssrc: 2, index: 40_000, timestamp: 5 }, 4);
    play(broadcast, { publisher: 2, ssrc: 2, index: 7, timestamp: 3_000_000_000 }, 4);
    const packets = received();
    expect(distances(packets)).toEqual(upTo(12));
    expect(new Set(packets.map(({ ssrc }) => ssrc))).toEqual(new Set([77]));
    const steps = packets.slice(1).map(({ timestamp }, n) => (timestamp - packets[n]!.timestamp) | 0);
    for (const step of steps) expect(step).toBeGreaterThanOrEqual(0);
    expect(packets.map(({ marker }) => marker)).toEqual(packets.map((_, n) => n % 4 === 0));
    broadcast.close();
  });

  test("packets of replaced streams and repeated packets are not forwarded", () => {
    const { broadcast, received } = listening();
    play(broadcast, { ssrc: 1, index: 100, timestamp: 0 }, 3);
    play(broadcast, { ssrc: 2, index: 500, timestamp: 0 }, 2);
    play(broadcast, { ssrc: 2, index: 498, timestamp: 0 }, 3);
    play(broadcast, { publisher: 0, ssrc: 3, index: 9, timestamp: 0 }, 3);
    expect(distances(received())).toEqual(upTo(5));
    broadcast.close();
  });

  test("no index comes twice when a host is replaced by one in another thread and both still send", () => {
    const {
      threads: [one, two],
      arrive,
    } = twoThreads();
    play(one.broadcast, { publisher: 1, ssrc: 1, index: 100, timestamp: 0 }, 10);
    arrive();
    // These have not reached the second thread when its own host begins.
    play(one.broadcast, { publisher: 1, ssrc: 1, index: 110, timestamp: 9_600 }, 30);
    play(two.broadcast, { publisher: 2, ssrc: 2, index: 7, timestamp: 0 }, 5);
    arrive();
    play(one.broadcast, { publisher: 1, ssrc: 1, index: 140, timestamp: 38_400 }, 5);
    play(two.broadcast, { publisher: 2, ssrc: 2, index: 12, timestamp: 4_800 }, 5);
    arrive();
    const stream = (ssrc: number, from: number, count: number) =>
      upTo(count).map((n) => `${ssrc}:${from + n}`);
    const [atOne, atTwo] = [one.received(), two.received()];
    const names = (packets: typeof atOne) => packets.map(({ payload }) => `${payload[0]}:${payload[1]}`);
    // Both listeners receive all packets of the new host, and none of the old one after them.
    const newHost = [...stream(2, 0, 5), ...stream(2, 0, 5)];
    expect(names(atOne)).toEqual([...stream(1, 0, 10), ...stream(1, 0, 30), ...newHost]);
    expect(names(atTwo)).toEqual([...stream(1, 0, 10), ...newHost]);
    expect(distances(atOne)).toEqual(upTo(50));
    expect(distances(atTwo)).toEqual(upTo(20));
  });

  test("a listener's first sequence number leaves room below for repeats and above for losses", () => {
    const firsts = upTo(400).map(() => {
      const { broadcast, received } = listening();
      play(broadcast, { ssrc: 1, index: 65_535, timestamp: 0 }, 1);
      return received()[0]!.sequence;
    });
    for (const first of firsts) {
      expect(first).toBeGreaterThanOrEqual(256);
      expect(first).toBeLessThan(0x4000 + 16);
    }
    expect(new Set(firsts).size).toBeGreaterThan(100);
  });

  test("removing a listener twice does not remove another one", () => {
    const { broadcast, received } = listening();
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
    expect(received().length).toBe(2);
    broadcast.close();
  });

  test("the history goes no further back than the room below a new listener's first sequence number", () => {
    const { broadcast } = listening();
    play(broadcast, { ssrc: 1, index: 0, timestamp: 0 }, 100);
    play(broadcast, { ssrc: 1, index: 300, timestamp: 0 }, 1);
    expect(upTo(301).filter((index) => broadcast.sent(index))).toEqual([...upTo(55).map((n) => 45 + n), 300]);
    broadcast.close();
  });
});
