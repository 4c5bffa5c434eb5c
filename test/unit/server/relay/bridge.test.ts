import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Bridge } from "../../../../server/relay/bridge.ts";
import type { Relay, RelayedPacket } from "../../../../server/relay/relay.ts";
import { MemoryNats } from "../../../support/memory-bus.ts";

const CODE = "K7PDX";
const own = randomBytes(32);

const packet = (index: number, of: Partial<RelayedPacket> = {}): RelayedPacket => ({
  publisher: 1,
  ssrc: 7,
  index,
  timestamp: index * 960,
  marker: false,
  payload: Buffer.from(`packet ${index}`),
  ...of,
});

/** The media threads of a machine: packets of a host here go out, and those of other machines come in. */
class Threads implements Relay {
  readonly received: RelayedPacket[] = [];
  #receive: ((packet: RelayedPacket) => void) | undefined;

  publish(_broadcast: string, packet: RelayedPacket): void {
    this.received.push(packet);
  }

  subscribe(_broadcast: string, receive: (packet: RelayedPacket) => void): () => void {
    this.#receive = receive;
    return () => {
      this.#receive = undefined;
    };
  }

  host(...packets: RelayedPacket[]): void {
    for (const one of packets) this.#receive?.(one);
  }

  get indexes(): number[] {
    return this.received.map(({ index }) => index);
  }
}

function machine(nats: MemoryNats, secret: Uint8Array = own) {
  const time = { ms: 0 };
  const bus = nats.connect();
  const local = new Threads();
  const bridge = new Bridge({ bus, local, secret, now: () => time.ms });
  return { bus, local, bridge, time };
}

function hostAndOther() {
  const nats = new MemoryNats();
  const [host, other] = [machine(nats), machine(nats)];
  host.bridge.send(CODE);
  other.bridge.receive(CODE);
  return { nats, host, other };
}

describe("a broadcast between machines", () => {
  test("arrives as the host's machine has it, and goes no further", () => {
    const { nats, host, other } = hostAndOther();
    const third = machine(nats);
    const sent = [0, 1, 2].map((index) => packet(index, { marker: index === 0 }));
    host.local.host(...sent);
    expect(other.local.received).toEqual(sent);
    expect(third.local.received).toEqual([]);
    expect(host.local.received).toEqual([]);
    expect(host.bridge.takeCounts()).toMatchObject({ packetsOut: 3, packetsIn: 0, refused: 0 });
    expect(other.bridge.takeCounts()).toMatchObject({ packetsOut: 0, packetsIn: 3, missing: 0 });
  });

  test("costs the same however many machines have listeners", () => {
    const { nats, host } = hostAndOther();
    for (let n = 0; n < 5; n++) machine(nats).bridge.receive(CODE);
    host.local.host(packet(0));
    expect(nats.published).toHaveLength(1);
  });

  test("does not show the wall's code to those who only reach NATS", () => {
    const { nats, host } = hostAndOther();
    host.local.host(packet(0));
    const [{ subject, data }] = nats.published as [{ subject: string; data: Buffer }];
    expect(subject).not.toContain(CODE);
    expect(data.includes("packet 0")).toBe(false);
  });

  test("ends when its host has left the machine", () => {
    const { host, other } = hostAndOther();
    host.bridge.drop(CODE);
    host.local.host(packet(0));
    expect(other.local.received).toEqual([]);
  });

  test("changes its way when the host moves to the other machine", () => {
    const { host, other } = hostAndOther();
    host.bridge.receive(CODE);
    other.bridge.send(CODE);
    other.local.host(packet(0, { publisher: 2 ** 32 + 1 }));
    expect(host.local.received).toEqual([packet(0, { publisher: 2 ** 32 + 1 })]);
  });

  test("of a machine without NATS is dropped, not sent later", () => {
    const { host, other } = hostAndOther();
    host.bus.isConnected = false;
    host.local.host(packet(0));
    host.bus.isConnected = true;
    host.local.host(packet(1));
    expect(other.local.indexes).toEqual([1]);
  });
});

describe("packets that are lost between machines", () => {
  test("are asked for once and sent again", () => {
    const { nats, host, other } = hostAndOther();
    const lost = new Set([1, 2]);
    let index = -1;
    other.bus.loses = (subject) => subject.includes("media") && lost.delete(index);
    for (index = 0; index < 4; index++) host.local.host(packet(index));
    expect(other.local.indexes.toSorted()).toEqual([0, 1, 2, 3]);
    expect(nats.published.filter(({ subject }) => subject.includes("gaps"))).toHaveLength(1);
    expect(other.bridge.takeCounts().missing).toBe(2);
    expect(host.bridge.takeCounts().repaired).toBe(2);
  });

  test("are not asked for at the start of a stream, nor when they only come out of order", () => {
    const { nats, host, other } = hostAndOther();
    host.local.host(packet(500), packet(501), packet(500));
    host.local.host(packet(3, { ssrc: 8 }), packet(4, { ssrc: 8 }));
    expect(nats.published.filter(({ subject }) => subject.includes("gaps"))).toEqual([]);
    expect(other.local.indexes).toEqual([500, 501, 500, 3, 4]);
  });

  test("are asked for up to 64 at a time, the latest ones", () => {
    const { host, other } = hostAndOther();
    host.local.host(packet(0));
    other.bus.loses = (subject) => subject.includes("media");
    for (let n = 1; n < 200; n++) host.local.host(packet(n));
    other.bus.loses = () => false;
    host.local.host(packet(200));
    expect(other.bridge.takeCounts().missing).toBe(64);
    expect(other.local.indexes.toSorted((a, b) => a - b)).toEqual([
      0,
      ...Array.from({ length: 65 }, (_, n) => 136 + n),
    ]);
  });

  test("cannot be asked for without end", () => {
    const { host, other } = hostAndOther();
    host.local.host(packet(0));
    for (let round = 0; round < 10; round++) {
      other.bus.loses = (subject) => subject.includes("media");
      for (let n = 1; n <= 30; n++) host.local.host(packet(round * 31 + n));
      other.bus.loses = () => false;
      host.local.host(packet(round * 31 + 31));
    }
    expect(other.bridge.takeCounts().missing).toBe(300);
    expect(host.bridge.takeCounts().repaired).toBe(64);
    host.time.ms += 1_000;
    other.bus.loses = (subject) => subject.includes("media");
    for (let n = 311; n < 341; n++) host.local.host(packet(n));
    other.bus.loses = () => false;
    host.local.host(packet(341));
    expect(host.bridge.takeCounts().repaired).toBe(10);
  });
});

test("packets that were recorded and are sent again change nothing", () => {
  const { nats, host, other } = hostAndOther();
  host.local.host(packet(0), packet(1));
  for (const { subject, data } of [...nats.published]) nats.deliver(undefined, subject, data);
  expect(other.local.indexes).toEqual([0, 1]);
  expect(other.bridge.takeCounts().refused).toBe(2);
});

describe("messages that no machine of the installation has sent", () => {
  test("change nothing, and are counted", () => {
    const { nats, host, other } = hostAndOther();
    const stranger = machine(nats, randomBytes(32));
    host.local.host(packet(0));
    const [{ subject }] = nats.published as [{ subject: string; data: Buffer }];
    for (let n = 0; n < 100; n++) nats.deliver(undefined, subject, randomBytes(n));
    stranger.bridge.send(CODE);
    stranger.local.host(packet(1));
    expect(other.local.indexes).toEqual([0]);
    expect(other.bridge.takeCounts().refused).toBe(100);
  });
});

describe("a wish of listeners at another machine", () => {
  test("reaches the machine that takes wishes for this broadcast, and no other", () => {
    const nats = new MemoryNats();
    const [host, other] = [machine(nats), machine(nats)];
    const taken: unknown[] = [];
    const end = host.bridge.takeWishes(CODE, (wish) => taken.push(wish));
    other.bridge.wish(CODE, { keyframe: "low" });
    other.bridge.wish("OTHER", {});
    machine(nats, randomBytes(32)).bridge.wish(CODE, {});
    expect(taken).toEqual([{ keyframe: "low" }]);
    end();
    other.bridge.wish(CODE, {});
    expect(taken).toHaveLength(1);
  });
});
