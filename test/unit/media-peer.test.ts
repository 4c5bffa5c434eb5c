import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { classes, Message, methods } from "werift";
import { Broadcast } from "../../server/media/broadcast.ts";
import { now } from "../../server/media/clock.ts";
import type { HandshakeHandlers } from "../../server/media/handshake.ts";
import { Peer } from "../../server/media/peer.ts";
import type { Remote } from "../../server/media/port.ts";
import type { RemoteHandshakes } from "../../server/media/remote-handshakes.ts";
import { readBindingRequest } from "../../server/media/stun.ts";
import { Catcher } from "../support/catcher.ts";

const PASSWORD = "p".repeat(32);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

function check(nominates: boolean, password = PASSWORD) {
  const message = new Message(methods.BINDING, classes.REQUEST)
    .setAttribute("USERNAME", "serv:brow")
    .setAttribute("PRIORITY", 1)
    .setAttribute("ICE-CONTROLLING", 7n);
  if (nominates) message.setAttribute("USE-CANDIDATE", null);
  return readBindingRequest(message.addMessageIntegrity(Buffer.from(password)).addFingerprint().bytes)!;
}

/** A listener's peer whose handshake can be finished by hand, and addresses that it may check from. */
function listener() {
  const ended: string[] = [];
  let handshake: HandshakeHandlers | undefined;
  const closed = vi.fn();
  const handshakes = {
    start: (_id: string, _fingerprint: unknown, handlers: HandshakeHandlers) => {
      handshake = handlers;
    },
    receive: () => {},
    end: closed,
  } as unknown as RemoteHandshakes;
  const broadcast = new Broadcast("WALL", undefined, () => {});
  const peer = new Peer(
    {
      id: "peer",
      number: 1,
      broadcast: "WALL",
      role: "subscribe",
      ufrag: "serv",
      password: PASSWORD,
      remoteUfrag: "brow",
      fingerprints: [{ algorithm: "sha-256", value: "" }],
      payloadType: 111,
      ssrc: 5,
      rateMax: 1e9,
    },
    broadcast,
    handshakes,
    { claimed: () => {}, connected: () => {}, ended: (reason) => ended.push(reason), sendFailed: () => {} },
  );
  const remote = (key: string): Remote & { sent: Buffer[] } => {
    const sent: Buffer[] = [];
    const { socket, address, port } = new Catcher(sent);
    return { socket, address, port, key, sent };
  };
  const connect = (from: Remote) => {
    peer.receiveCheck(check(true), from);
    peer.receiveDtls(Buffer.from([22]));
    const key = () => ({ key: randomBytes(16), salt: randomBytes(14) });
    handshake!.done({ inbound: key(), outbound: key() });
  };
  let index = 0;
  /** Which of these remotes the next packet of the song goes to. */
  const goesTo = (...remotes: ReturnType<typeof remote>[]) => {
    for (const { sent } of remotes) sent.length = 0;
    index++;
    const packet = {
      ssrc: 1, index, sequence: index, timestamp: index * 960, marker: false, payloadType: 111, padded: false,
      payload: Buffer.from([1]),
    }; // biome-ignore format: one packet
    broadcast.forward(packet, 1);
    return remotes.filter(({ sent }) => sent.length > 0).map(({ key }) => key);
  };
  return { peer, ended, remote, connect, goesTo, closed };
}

test("a browser without keys is given up after 15 seconds", () => {
  const { peer, ended, remote } = listener();
  peer.receiveCheck(check(true), remote("a"));
  peer.tick(now() + 14_900);
  expect(ended).toEqual([]);
  peer.tick(now() + 15_100);
  expect(ended).toEqual(["connect timeout"]);
});

test("consent expires 30 seconds after the last authentic check", () => {
  const { peer, ended, remote, connect } = listener();
  const home = remote("a");
  connect(home);
  vi.advanceTimersByTime(20_000);
  peer.receiveCheck(check(false), home);
  vi.advanceTimersByTime(29_000);
  peer.receiveCheck(check(true, "another password"), home);
  peer.tick(now());
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(2_000);
  peer.tick(now());
  expect(ended).toEqual(["consent expired"]);
});

test("media goes where the browser has nominated, and moves only with it", () => {
  const { peer, remote, connect, goesTo } = listener();
  const [home, away, forged] = [remote("home"), remote("away"), remote("forged")];
  connect(home);
  peer.receiveCheck(check(false), away);
  expect(goesTo(home, away)).toEqual(["home"]);
  expect(peer.receiveCheck(check(true, "another password"), forged)).toEqual({ accepted: false });
  expect(goesTo(home, away, forged)).toEqual(["home"]);
  peer.receiveCheck(check(true), away);
  expect(goesTo(home, away)).toEqual(["away"]);
});

test("when the nominated address has fallen silent, media follows the one that speaks", () => {
  const { peer, remote, connect, goesTo } = listener();
  const [home, away] = [remote("home"), remote("away")];
  connect(home);
  vi.advanceTimersByTime(9_000);
  peer.receiveCheck(check(false), away);
  expect(goesTo(home, away)).toEqual(["away"]);
});

test("of many addresses the oldest is forgotten, but not the one in use", () => {
  const { peer, remote, connect } = listener();
  connect(remote("home"));
  for (let n = 1; n < 8; n++) expect(peer.receiveCheck(check(false), remote(`${n}`)).dropped).toBeUndefined();
  expect(peer.receiveCheck(check(false), remote("8")).dropped).toBe("1");
  expect(peer.remoteKeys).toEqual(["home", "2", "3", "4", "5", "6", "7", "8"]);
});

test("closed, it gets no packets and answers no checks", () => {
  const { peer, remote, connect, goesTo, closed } = listener();
  const home = remote("home");
  connect(home);
  peer.close();
  expect(goesTo(home)).toEqual([]);
  expect(peer.receiveCheck(check(true), home)).toEqual({ accepted: false });
  expect(closed).toHaveBeenCalledWith("peer");
});
