import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { classes, Message, methods, parseMessage } from "werift";
import { now } from "../../../../../server/media/clock.ts";
import { Broadcast } from "../../../../../server/media/fanout/broadcast.ts";
import { Peer } from "../../../../../server/media/peer/peer.ts";
import type { HandshakeHandlers } from "../../../../../server/media/secure/handshake.ts";
import type { RemoteHandshakes } from "../../../../../server/media/threads/remote-handshakes.ts";
import type { Remote } from "../../../../../server/media/wire/port.ts";
import { readBindingRequest, readBindingSuccess } from "../../../../../server/media/wire/stun.ts";
import { Catcher } from "../../../../support/catcher.ts";

const PASSWORD = "p".repeat(32);
/** The browser's own. Longer than a block of SHA-1, which HMAC treats in another way. */
const OWN_PASSWORD = "o".repeat(100);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

function check(nominates: boolean, password = PASSWORD, username = "serv:brow") {
  const message = new Message(methods.BINDING, classes.REQUEST)
    .setAttribute("USERNAME", username)
    .setAttribute("PRIORITY", 1)
    .setAttribute("ICE-CONTROLLING", 7n);
  if (nominates) message.setAttribute("USE-CANDIDATE", null);
  return readBindingRequest(message.addMessageIntegrity(Buffer.from(password)).addFingerprint().bytes)!;
}

/** A listener's peer whose handshake can be finished by hand, and addresses that it may check from. */
function listener({ isHere = true } = {}) {
  const ended: string[] = [];
  let handshake: HandshakeHandlers | undefined;
  const [connected, closed] = [vi.fn(), vi.fn()];
  const received: Buffer[] = [];
  const handshakes = {
    start: (_id: string, _fingerprint: unknown, handlers: HandshakeHandlers) => {
      handshake = handlers;
    },
    receive: (_id: string, datagram: Buffer) => received.push(datagram),
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
      remotePassword: OWN_PASSWORD,
      fingerprints: [{ algorithm: "sha-256", value: "" }],
      payloadType: 111,
      ssrc: 5,
      rateMax: 1e9,
    },
    broadcast,
    handshakes,
    { claimed: () => {}, connected, ended: (reason) => ended.push(reason), sendFailed: () => {} },
    isHere,
  );
  const remote = (key: string): Remote & { sent: Buffer[] } => {
    const sent: Buffer[] = [];
    const { socket, address, port } = new Catcher(sent);
    return { socket, address, port, key, sent };
  };
  const handshakeFrom = (from: Remote) => peer.receiveDtls(Buffer.from([22]), from);
  const finishHandshake = () => {
    const key = () => ({ key: randomBytes(16), salt: randomBytes(14) });
    handshake!.done({ inbound: key(), outbound: key() });
  };
  const connect = (from: Remote) => {
    peer.receiveCheck(check(true), from);
    handshakeFrom(from);
    finishHandshake();
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
  return {
    peer,
    ended,
    connected,
    remote,
    connect,
    handshakeFrom,
    finishHandshake,
    goesTo,
    closed,
    received,
  };
}

type Place = ReturnType<ReturnType<typeof listener>["remote"]>;

/** The server's questions to a place. */
const questionsTo = ({ sent }: Place) => sent.filter((data) => data.readUInt16BE(0) === 1);

/** The answer of a browser that receives at a place to the last question there. */
function answerFrom(place: Place, password = OWN_PASSWORD) {
  const question = parseMessage(questionsTo(place).at(-1)!, Buffer.from(OWN_PASSWORD))!;
  const answer = new Message(methods.BINDING, classes.RESPONSE, question.transactionId)
    .setAttribute("XOR-MAPPED-ADDRESS", ["192.0.2.9", 7])
    .addMessageIntegrity(Buffer.from(password))
    .addFingerprint();
  return readBindingSuccess(answer.bytes)!;
}

test("a browser without keys is given up after 15 seconds", () => {
  const { peer, ended, remote } = listener();
  peer.receiveCheck(check(true), remote("a"));
  peer.tick(now() + 14_900);
  expect(ended).toEqual([]);
  peer.tick(now() + 15_100);
  expect(ended).toEqual(["connect timeout"]);
});

test("a check with another password, or in another browser's name, is not authentic", () => {
  const { peer } = listener();
  expect(peer.isAuthentic(check(true))).toBe(true);
  expect(peer.isAuthentic(check(true, "another password"))).toBe(false);
  expect(peer.isAuthentic(check(true, PASSWORD, "serv:else"))).toBe(false);
});

test("media goes where the browser has nominated, once it answers from there", () => {
  const { peer, remote, connect, goesTo } = listener();
  const [home, away] = [remote("home"), remote("away")];
  connect(home);
  peer.receiveCheck(check(false), away);
  expect(questionsTo(away)).toEqual([]);
  peer.receiveCheck(check(true), away);
  const answer = answerFrom(away);
  expect(goesTo(home, away)).toEqual(["home"]);
  expect(peer.receiveAnswer(answer, away)).toBe(true);
  expect(goesTo(home, away)).toEqual(["away"]);
});

test("an address that does not answer gets nothing but answers and questions, however often it is checked from", () => {
  const { peer, remote, connect, goesTo } = listener();
  const [home, victim] = [remote("home"), remote("victim")];
  connect(home);
  const request = check(true);
  for (let n = 0; n < 60; n++) {
    vi.advanceTimersByTime(500);
    if (n % 5 === 0) {
      peer.tick(now());
      peer.receiveAnswer(answerFrom(home), home);
    }
    peer.receiveCheck(request, victim);
    const toVictim = victim.sent.reduce((sum, { length }) => sum + length, 0);
    expect(toVictim).toBeLessThanOrEqual(2.5 * request.data.length);
    expect(goesTo(home, victim)).toEqual(["home"]);
  }
});

test("an answer counts only from where the question went, to that question, and with the browser's password", () => {
  const { peer, remote, connect, goesTo } = listener();
  const [home, away, third] = [remote("home"), remote("away"), remote("third")];
  connect(home);
  peer.receiveCheck(check(true), away);
  const answer = answerFrom(away);
  expect(peer.receiveAnswer(answer, third)).toBe(false);
  expect(peer.receiveAnswer(answerFrom(away, PASSWORD), away)).toBe(false);
  peer.receiveCheck(check(true), third);
  expect(peer.receiveAnswer(answer, third)).toBe(false);
  expect(goesTo(home, away, third)).toEqual(["home"]);
  expect(peer.receiveAnswer(answer, away)).toBe(true);
  expect(peer.receiveAnswer(answer, away)).toBe(false);
  expect(goesTo(home, away, third)).toEqual(["away"]);
});

test("the answer to an older question does not bring media back", () => {
  const { peer, remote, connect, goesTo } = listener();
  const [home, away, third] = [remote("home"), remote("away"), remote("third")];
  connect(home);
  peer.receiveCheck(check(true), away);
  peer.receiveCheck(check(true), third);
  const late = answerFrom(away);
  peer.receiveAnswer(answerFrom(third), third);
  peer.receiveAnswer(late, away);
  expect(goesTo(home, away, third)).toEqual(["third"]);
});

test("when the nominated address has fallen silent, media follows the one that speaks and answers", () => {
  const { peer, remote, connect, goesTo } = listener();
  const [home, away] = [remote("home"), remote("away")];
  connect(home);
  vi.advanceTimersByTime(9_000);
  peer.receiveCheck(check(false), away);
  peer.receiveAnswer(answerFrom(away), away);
  expect(goesTo(home, away)).toEqual(["away"]);
});

test("where the handshake went from one address to another, media waits for an answer", () => {
  const { peer, remote, connected, handshakeFrom, finishHandshake, goesTo } = listener();
  const [home, victim] = [remote("home"), remote("victim")];
  peer.receiveCheck(check(true), home);
  handshakeFrom(home);
  peer.receiveCheck(check(true), victim);
  finishHandshake();
  expect(goesTo(home, victim)).toEqual([]);
  peer.receiveCheck(check(true), home);
  expect(connected).not.toHaveBeenCalled();
  peer.receiveAnswer(answerFrom(home), home);
  expect(connected).toHaveBeenCalledOnce();
  expect(goesTo(home, victim)).toEqual(["home"]);
});

test("consent expires 30 seconds after the last answer, whatever checks come", () => {
  const { peer, ended, remote, connect } = listener();
  const home = remote("home");
  connect(home);
  vi.advanceTimersByTime(20_000);
  peer.tick(now());
  expect(peer.receiveAnswer(answerFrom(home), home)).toBe(true);
  const old = check(true);
  for (let n = 0; n < 5; n++) {
    vi.advanceTimersByTime(5_800);
    peer.receiveCheck(old, home);
    peer.tick(now());
  }
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(2_000);
  peer.tick(now());
  expect(ended).toEqual(["consent expired"]);
});

test("until it is settled where a peer lives, the beginning of its handshake waits", () => {
  const { peer, remote, received } = listener({ isHere: false });
  const home = remote("home");
  peer.receiveCheck(check(true), home);
  for (let n = 0; n < 9; n++) peer.receiveDtls(Buffer.from([22, n]), home);
  expect(received).toEqual([]);
  peer.settle();
  expect(received.map((datagram) => datagram[1])).toEqual([0, 1, 2, 3]);
});

test("closed, it gets no packets and takes no checks", () => {
  const { peer, remote, connect, goesTo, closed } = listener();
  const home = remote("home");
  connect(home);
  peer.close();
  expect(goesTo(home)).toEqual([]);
  expect(peer.isAuthentic(check(true))).toBe(false);
  expect(closed).toHaveBeenCalledWith("peer");
});
