import { now } from "../clock.ts";
import { counts, sample } from "../counters.ts";
import type { Broadcast } from "../fanout/broadcast.ts";
import type { PeerSpec, SubscriberStats } from "../model.ts";
import type { HandshakeKeys, Handshakes } from "../secure/handshake.ts";
import type { Remote } from "../wire/port.ts";
import type { BindingRequest, BindingSuccess } from "../wire/stun.ts";
import { Paths } from "./paths.ts";
import { Publisher } from "./publisher.ts";
import { Subscriber } from "./subscriber.ts";

/** A browser that has been answered must have its keys within this many ms. */
const CONNECT_TIMEOUT = 15_000;
/**
 * Datagrams of a handshake that are kept until it is settled which thread the peer lives in: a ClientHello's.
 */
const EARLY_MAX = 4;

export interface PeerHandlers {
  /** The first authentic check has come. */
  claimed(): void;
  connected(): void;
  /** The peer wants to be closed: whoever holds it does so. */
  ended(reason: string): void;
  sendFailed(error: Error): void;
}

/** One browser on the port: its address, its handshake, and then its media leg. */
export class Peer {
  readonly spec: PeerSpec;
  readonly #broadcast: Broadcast;
  readonly #handshakes: Handshakes;
  readonly #handlers: PeerHandlers;
  readonly #paths: Paths;
  readonly #createdAt = now();
  #isHere: boolean;
  /** DTLS that came before it was settled that the peer lives here. */
  #early: { datagram: Buffer; from: Remote }[] = [];
  #handshaking = false;
  /** Keys of a browser that still has to prove where it is. */
  #keys: HandshakeKeys | undefined;
  #leg: Publisher | Subscriber | undefined;
  #closed = false;

  /** @param isHere whether it lives in this thread for certain; if not, {@link settle} says so */
  constructor(
    spec: PeerSpec,
    broadcast: Broadcast,
    handshakes: Handshakes,
    handlers: PeerHandlers,
    isHere = true,
  ) {
    this.spec = spec;
    this.#broadcast = broadcast;
    this.#handshakes = handshakes;
    this.#handlers = handlers;
    this.#isHere = isHere;
    this.#paths = new Paths(spec, {
      send: (to, datagram) => this.#sendTo(to, datagram),
      proven: (remote) => this.#proven(remote),
    });
  }

  /** Key of the address in use; undefined before the first check. */
  get remoteKey(): string | undefined {
    return this.#paths.inUse?.key;
  }

  /** Whether a connectivity check that names this peer is its browser's. */
  isAuthentic(request: BindingRequest): boolean {
    return !this.#closed && this.#paths.isAuthentic(request);
  }

  /** An authentic check from an address that is this peer's. */
  receiveCheck(request: BindingRequest, from: Remote): void {
    if (!this.#paths.inUse) this.#handlers.claimed();
    this.#paths.receiveCheck(request, from);
  }

  /**
   * An answer to a binding request of the server.
   * @returns whether it proves that the browser receives where it came from
   */
  receiveAnswer(answer: BindingSuccess, from: Remote): boolean {
    return !this.#closed && this.#paths.receiveAnswer(answer, from);
  }

  /** The peer lives in this thread. */
  settle(): void {
    this.#isHere = true;
    for (const { datagram, from } of this.takeEarly()) this.receiveDtls(datagram, from);
  }

  /** What came for the handshake before it was settled which thread the peer lives in. */
  takeEarly(): readonly { datagram: Buffer; from: Remote }[] {
    const early = this.#early;
    this.#early = [];
    return early;
  }

  /** A DTLS datagram from one of this peer's addresses. */
  receiveDtls(datagram: Buffer, from: Remote): void {
    if (!this.#isHere) {
      if (this.#early.length < EARLY_MAX) this.#early.push({ datagram, from });
      return;
    }
    if (!this.#handshaking) {
      this.#handshaking = true;
      this.#paths.handshakeStarts();
      const startedAt = now();
      this.#handshakes.start(this.spec.id, this.spec.fingerprints, {
        send: (reply) => this.#send(reply),
        done: (keys) => {
          sample(counts.handshakeMs, now() - startedAt);
          this.#keys = keys;
          if (this.#paths.handshakeDone()) this.#connect(keys);
        },
        ended: (reason) => this.#handlers.ended(reason),
      });
    }
    this.#handshakes.receive(this.spec.id, datagram);
  }

  /** An SRTP or SRTCP datagram from one of this peer's addresses. */
  receiveMedia(datagram: Buffer): void {
    if (!this.#leg || datagram.length < 2) return;
    // RFC 5761 §4: RTCP packet types 192–223 where RTP has marker and payload type.
    const isRtcp = datagram[1]! >= 192 && datagram[1]! <= 223;
    if (isRtcp) this.#leg.receiveRtcp(datagram);
    else if (this.#leg instanceof Publisher) this.#leg.receiveRtp(datagram);
  }

  /** Called every few seconds: time-outs and reports. */
  tick(time: number): void {
    if (!this.#leg && time - this.#createdAt > CONNECT_TIMEOUT) this.#handlers.ended("connect timeout");
    else if (this.#paths.isConsentLost(time)) this.#handlers.ended("consent expired");
    else {
      this.#paths.tick(time);
      this.#leg?.tick(time);
    }
  }

  /** A subscriber's new figures since the last call, if any. */
  takeStats(): SubscriberStats | undefined {
    return this.#leg instanceof Subscriber ? this.#leg.takeStats() : undefined;
  }

  /** Frees the leg and the handshake; idempotent. */
  close(): void {
    this.#closed = true;
    this.#leg?.close();
    this.#handshakes.end(this.spec.id);
  }

  /** The browser receives at another address than before. */
  #proven(remote: Remote): void {
    if (this.#leg instanceof Subscriber) this.#leg.moveTo(remote);
    else if (!this.#leg && this.#keys) this.#connect(this.#keys);
  }

  #connect(keys: HandshakeKeys): void {
    this.#keys = undefined;
    const options = {
      number: this.spec.number,
      ssrc: this.spec.ssrc,
      payloadType: this.spec.payloadType,
      rateMax: this.spec.rateMax,
      ...keys,
      broadcast: this.#broadcast,
      send: (datagram: Buffer) => this.#send(datagram),
    };
    this.#leg =
      this.spec.role === "publish"
        ? new Publisher(options)
        : new Subscriber({ ...options, destination: this.#paths.inUse! });
    this.#handlers.connected();
  }

  #send(datagram: Buffer): void {
    const { inUse } = this.#paths;
    if (inUse) this.#sendTo(inUse, datagram);
  }

  #sendTo({ socket, address, port }: Remote, datagram: Buffer): void {
    if (this.#closed) return;
    counts.packetsOut++;
    counts.bytesOut += datagram.length;
    try {
      socket.send(datagram, 0, datagram.length, port, address, this.#sent);
    } catch (error) {
      this.#handlers.sendFailed(error as Error);
    }
  }

  /** A full or unreachable path loses the datagram; media never waits. */
  readonly #sent = (error: Error | null): void => {
    if (error) this.#handlers.sendFailed(error);
  };
}
