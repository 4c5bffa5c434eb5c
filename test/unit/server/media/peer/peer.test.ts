import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { now } from "../../../../../server/media/clock.ts";
import { check, FAREWELL, listenerPeer, remote } from "../../../../support/listener-peer.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a peer", () => {
  test("ends after 15 seconds without keys", () => {
    const { peer, ended } = listenerPeer();
    peer.receiveCheck(check(true), remote("home"));
    peer.tick(now() + 14_900);
    expect(ended).toEqual([]);
    peer.tick(now() + 15_100);
    expect(ended).toEqual(["connect timeout"]);
  });

  test("keeps the first four datagrams of its handshake until it is assigned to a thread", () => {
    const { peer, received } = listenerPeer({ isAssigned: false });
    const home = remote("home");
    peer.receiveCheck(check(true), home);
    for (let n = 0; n < 9; n++) peer.receiveDtls(Buffer.from([22, n]), home);
    expect(received).toEqual([]);
    peer.assign();
    expect(received.map((datagram) => datagram[1])).toEqual([0, 1, 2, 3]);
  });

  test("receives no packets and accepts no checks once it is closed", () => {
    const { peer, connect, mediaGoesTo, handshakeEnded } = listenerPeer();
    const home = remote("home");
    connect(home);
    peer.close();
    expect(mediaGoesTo(home)).toEqual([]);
    expect(peer.isAuthentic(check(true))).toBe(false);
    expect(handshakeEnded).toHaveBeenCalledWith("peer");
  });

  test("tells its browser that the session is over where that is wanted, and it was connected", () => {
    const home = remote("home");
    const farewells = (connects: boolean, notify: boolean) => {
      const { peer, connect } = listenerPeer();
      if (connects) connect(home);
      else peer.receiveCheck(check(true), home);
      home.sent.length = 0;
      peer.close(notify);
      return home.sent;
    };
    expect(farewells(true, false)).toEqual([]);
    expect(farewells(false, true)).toEqual([]);
    expect(farewells(true, true)).toEqual([FAREWELL]);
  });
});
