import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DatagramKind, MisdeliveredDatagram, PeerSpec } from "../../../../../server/media/model.ts";
import { ForeignPeers } from "../../../../../server/media/peer/foreign-peers.ts";
import type { Remote } from "../../../../../server/media/wire/port.ts";

const home = { address: "192.0.2.1", port: 5004, key: "192.0.2.1 5004" } as Remote;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** @param ids of the peers; those that begin with "host" publish */
function foreignPeers(...ids: string[]) {
  const forwarded: MisdeliveredDatagram[] = [];
  const peers = new ForeignPeers((datagram) => forwarded.push(datagram));
  for (const id of ids) {
    const role = id.startsWith("host") ? "publish" : "subscribe";
    peers.add({ id, role, ufrag: `ufrag of ${id}`, password: "p" } as PeerSpec);
  }
  const forward = (id: string, kind: DatagramKind = "media") =>
    peers.forward(id, kind, Buffer.from([128]), home);
  return { peers, forward, forwarded };
}

describe("datagrams that another thread must receive", () => {
  test("are limited for each host, so that a flood to one does not displace those of another", () => {
    const { forward, forwarded } = foreignPeers("host flood", "host");
    for (let n = 0; n < 10_000; n++) forward("host flood");
    expect(forwarded).toHaveLength(500);
    forward("host");
    expect(forwarded.at(-1)!.peer).toBe("host");
    vi.advanceTimersByTime(1_000);
    for (let n = 0; n < 10_000; n++) forward("host flood");
    expect(forwarded).toHaveLength(1_001);
  });

  test("of listeners are limited more, and do not displace those of hosts, nor checks", () => {
    const listeners = Array.from({ length: 100 }, (_, n) => `${n}`);
    const { forward, forwarded } = foreignPeers("host", ...listeners);
    for (let n = 0; n < 201; n++) forward("0");
    expect(forwarded).toHaveLength(110);
    for (let n = 0; n < 200; n++) for (const id of listeners) forward(id);
    expect(forwarded).toHaveLength(1_500);
    forward("host");
    forward("0", "stun");
    expect(forwarded.slice(-2).map(({ peer, kind }) => [peer, kind])).toEqual([
      ["host", "media"],
      ["0", "stun"],
    ]);
  });

  test("of all hosts together are limited as well", () => {
    const hosts = Array.from({ length: 100 }, (_, n) => `host ${n}`);
    const { forward, forwarded } = foreignPeers(...hosts);
    for (let n = 0; n < 200; n++) for (const id of hosts) forward(id);
    expect(forwarded).toHaveLength(3_000);
  });

  test("are not forwarded for a peer that was removed", () => {
    const { peers, forward, forwarded } = foreignPeers("closed");
    peers.remove("closed");
    forward("closed");
    expect(forwarded).toEqual([]);
  });
});
