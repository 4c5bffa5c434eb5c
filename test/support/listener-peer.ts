import { randomBytes } from "node:crypto";
import { vi } from "vitest";
import { classes, Message, methods, parseMessage } from "werift";
import { Broadcast } from "../../server/media/fanout/broadcast.ts";
import { Peer } from "../../server/media/peer/peer.ts";
import type { HandshakeHandlers, Handshakes } from "../../server/media/secure/handshake.ts";
import type { Remote } from "../../server/media/wire/port.ts";
import { readBindingRequest, readBindingSuccess } from "../../server/media/wire/stun.ts";
import { Catcher } from "./catcher.ts";

/** The server's ICE password for the peer. */
export const PASSWORD = "p".repeat(32);
/** The datagram that tells the browser that the session is over. */
export const FAREWELL = Buffer.from([21, 0, 0]);
/** The browser's ICE password. It is longer than a block of SHA-1, so HMAC hashes it first. */
const REMOTE_PASSWORD = "o".repeat(100);

/** A remote address in unit tests, and the datagrams that were sent to it. */
export type TestRemote = Remote & { sent: Buffer[] };

export function remote(key: string): TestRemote {
  const sent: Buffer[] = [];
  const { socket, address, port } = new Catcher(sent);
  return { socket, address, port, key, sent };
}

/** A connectivity check of the peer's browser. */
export function check(nominates: boolean, password = PASSWORD, username = "serv:brow") {
  const message = new Message(methods.BINDING, classes.REQUEST)
    .setAttribute("USERNAME", username)
    .setAttribute("PRIORITY", 1)
    .setAttribute("ICE-CONTROLLING", 7n);
  if (nominates) message.setAttribute("USE-CANDIDATE", null);
  return readBindingRequest(message.addMessageIntegrity(Buffer.from(password)).addFingerprint().bytes)!;
}

/** The server's consent checks to an address. */
export const consentChecksTo = ({ sent }: TestRemote) => sent.filter((data) => data.readUInt16BE(0) === 1);

/** The browser's response to the last consent check that has reached it at an address. */
export function responseFrom(at: TestRemote, password = REMOTE_PASSWORD) {
  const consentCheck = parseMessage(consentChecksTo(at).at(-1)!, Buffer.from(REMOTE_PASSWORD))!;
  const response = new Message(methods.BINDING, classes.RESPONSE, consentCheck.transactionId)
    .setAttribute("XOR-MAPPED-ADDRESS", ["192.0.2.9", 7])
    .addMessageIntegrity(Buffer.from(password))
    .addFingerprint();
  return readBindingSuccess(response.bytes)!;
}

/**
 * A listener's peer whose handshake the test finishes. It is in a broadcast that the test sends packets to.
 */
export function listenerPeer({ isAssigned = true } = {}) {
  const ended: string[] = [];
  let handshake: HandshakeHandlers | undefined;
  const [connected, handshakeEnded] = [vi.fn(), vi.fn()];
  const received: Buffer[] = [];
  const handshakes: Handshakes = {
    start: (_peer, _fingerprints, handlers) => {
      handshake = handlers;
    },
    receive: (_peer, datagram) => received.push(datagram),
    end: handshakeEnded,
  };
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
      remotePassword: REMOTE_PASSWORD,
      fingerprints: [{ algorithm: "sha-256", value: "" }],
      payloadType: 111,
      ssrc: 5,
      rateMax: 1e9,
      pictures: [],
      pictureRateMax: 1e9,
      transportFeedback: undefined,
    },
    broadcast,
    handshakes,
    { firstCheck: () => {}, connected, ended: (reason) => ended.push(reason), sendFailed: () => {} },
    isAssigned,
  );
  const handshakeFrom = (from: Remote) => peer.receiveDtls(Buffer.from([22]), from);
  const finishHandshake = () => {
    const key = () => ({ key: randomBytes(16), salt: randomBytes(14) });
    handshake!.done({ inbound: key(), outbound: key(), farewell: FAREWELL });
  };
  const connect = (from: Remote) => {
    peer.receiveCheck(check(true), from);
    handshakeFrom(from);
    finishHandshake();
  };
  let index = 0;
  /** Sends a packet to the broadcast. Returns the keys of those of the addresses that it was sent to. */
  const mediaGoesTo = (...remotes: TestRemote[]) => {
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
    /** Reasons for which the peer has asked to be closed. */
    ended,
    connected,
    connect,
    handshakeFrom,
    finishHandshake,
    handshakeEnded,
    /** DTLS datagrams that the handshake has received. */
    received,
    mediaGoesTo,
  };
}
