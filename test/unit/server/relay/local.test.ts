import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { LocalRelay } from "../../../../server/relay/local.ts";
import type { RelayedPacket } from "../../../../server/relay/relay.ts";

const open: LocalRelay[] = [];

afterEach(() => {
  for (const relay of open.splice(0)) relay.close();
});

function relayOf(server: string): LocalRelay {
  const relay = new LocalRelay(server);
  open.push(relay);
  return relay;
}

const packet = (index: number): RelayedPacket => ({
  publisher: 1,
  ssrc: 7,
  index,
  timestamp: index * 960,
  marker: false,
  payload: Buffer.from(`packet ${index}`),
});

describe("the relay between a server's threads", () => {
  test("carries packets in order to the others that have subscribed to the broadcast", async () => {
    const [one, two, three] = [relayOf("server"), relayOf("server"), relayOf("server")];
    const received: Record<string, RelayedPacket[]> = { one: [], two: [], other: [] };
    one.subscribe("WALL", (packet) => received.one!.push(packet));
    two.subscribe("WALL", (packet) => received.two!.push(packet));
    three.subscribe("OTHER", (packet) => received.other!.push(packet));
    for (let n = 0; n < 5; n++) one.publish("WALL", packet(n));
    await expect.poll(() => received.two).toEqual([0, 1, 2, 3, 4].map(packet));
    expect(received).toMatchObject({ one: [], other: [] });
  });

  test("does not reach the threads of another server", async () => {
    const [one, two] = [relayOf("server"), relayOf("another server")];
    const received: RelayedPacket[] = [];
    two.subscribe("WALL", (packet) => received.push(packet));
    one.publish("WALL", packet(0));
    await delay(50);
    expect(received).toEqual([]);
  });

  test("delivers nothing after the subscription has ended", async () => {
    const [one, two] = [relayOf("server"), relayOf("server")];
    const received: RelayedPacket[] = [];
    const unsubscribe = two.subscribe("WALL", (packet) => received.push(packet));
    unsubscribe();
    one.publish("WALL", packet(0));
    await delay(50);
    expect(received).toEqual([]);
  });
});
