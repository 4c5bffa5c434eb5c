import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { now } from "../../../../../server/media/clock.ts";
import {
  check,
  consentChecksTo,
  listenerPeer,
  PASSWORD,
  remote,
  responseFrom,
} from "../../../../support/listener-peer.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("a check with a wrong password or another browser's username is not authentic", () => {
  const { peer } = listenerPeer();
  expect(peer.isAuthentic(check(true))).toBe(true);
  expect(peer.isAuthentic(check(true, "another password"))).toBe(false);
  expect(peer.isAuthentic(check(true, PASSWORD, "serv:else"))).toBe(false);
});

describe("media", () => {
  test("goes to a newly nominated address once the browser has answered a consent check there", () => {
    const { peer, connect, mediaGoesTo } = listenerPeer();
    const [home, away] = [remote("home"), remote("away")];
    connect(home);
    peer.receiveCheck(check(false), away);
    expect(consentChecksTo(away)).toEqual([]);
    peer.receiveCheck(check(true), away);
    const response = responseFrom(away);
    expect(mediaGoesTo(home, away)).toEqual(["home"]);
    expect(peer.receiveResponse(response, away)).toBe(true);
    expect(mediaGoesTo(home, away)).toEqual(["away"]);
  });

  test("does not go to an address that answers no consent check, however many checks come from it", () => {
    const { peer, connect, mediaGoesTo } = listenerPeer();
    const [home, victim] = [remote("home"), remote("victim")];
    connect(home);
    const request = check(true);
    for (let n = 0; n < 60; n++) {
      vi.advanceTimersByTime(500);
      if (n % 5 === 0) {
        peer.tick(now());
        peer.receiveResponse(responseFrom(home), home);
      }
      peer.receiveCheck(request, victim);
      const toVictim = victim.sent.reduce((sum, { length }) => sum + length, 0);
      expect(toVictim).toBeLessThanOrEqual(2.5 * request.data.length);
      expect(mediaGoesTo(home, victim)).toEqual(["home"]);
    }
  });

  test("goes to another address without a nomination when the nominated one has been silent", () => {
    const { peer, connect, mediaGoesTo } = listenerPeer();
    const [home, away] = [remote("home"), remote("away")];
    connect(home);
    vi.advanceTimersByTime(9_000);
    peer.receiveCheck(check(false), away);
    peer.receiveResponse(responseFrom(away), away);
    expect(mediaGoesTo(home, away)).toEqual(["away"]);
  });

  test("waits for a consent check if the address has changed during the handshake", () => {
    const { peer, connected, handshakeFrom, finishHandshake, mediaGoesTo } = listenerPeer();
    const [home, victim] = [remote("home"), remote("victim")];
    peer.receiveCheck(check(true), home);
    handshakeFrom(home);
    peer.receiveCheck(check(true), victim);
    finishHandshake();
    expect(mediaGoesTo(home, victim)).toEqual([]);
    peer.receiveCheck(check(true), home);
    expect(connected).not.toHaveBeenCalled();
    peer.receiveResponse(responseFrom(home), home);
    expect(connected).toHaveBeenCalledOnce();
    expect(mediaGoesTo(home, victim)).toEqual(["home"]);
  });
});

describe("a response", () => {
  test("counts only from the checked address, with the right transaction id and password", () => {
    const { peer, connect, mediaGoesTo } = listenerPeer();
    const [home, away, third] = [remote("home"), remote("away"), remote("third")];
    connect(home);
    peer.receiveCheck(check(true), away);
    const response = responseFrom(away);
    expect(peer.receiveResponse(response, third)).toBe(false);
    expect(peer.receiveResponse(responseFrom(away, PASSWORD), away)).toBe(false);
    peer.receiveCheck(check(true), third);
    expect(peer.receiveResponse(response, third)).toBe(false);
    expect(mediaGoesTo(home, away, third)).toEqual(["home"]);
    expect(peer.receiveResponse(response, away)).toBe(true);
    expect(peer.receiveResponse(response, away)).toBe(false);
    expect(mediaGoesTo(home, away, third)).toEqual(["away"]);
  });

  test("to an older consent check does not move media back", () => {
    const { peer, connect, mediaGoesTo } = listenerPeer();
    const [home, away, third] = [remote("home"), remote("away"), remote("third")];
    connect(home);
    peer.receiveCheck(check(true), away);
    peer.receiveCheck(check(true), third);
    const late = responseFrom(away);
    peer.receiveResponse(responseFrom(third), third);
    peer.receiveResponse(late, away);
    expect(mediaGoesTo(home, away, third)).toEqual(["third"]);
  });
});

test("consent expires 30 seconds after the last response, whatever checks arrive", () => {
  const { peer, ended, connect } = listenerPeer();
  const home = remote("home");
  connect(home);
  vi.advanceTimersByTime(20_000);
  peer.tick(now());
  expect(peer.receiveResponse(responseFrom(home), home)).toBe(true);
  const replayed = check(true);
  for (let n = 0; n < 5; n++) {
    vi.advanceTimersByTime(5_800);
    peer.receiveCheck(replayed, home);
    peer.tick(now());
  }
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(2_000);
  peer.tick(now());
  expect(ended).toEqual(["consent expired"]);
});
