import type { Broadcast } from "./broadcast.ts";
import { now } from "./clock.ts";
import { counts, sample } from "./counters.ts";
import type { SubscriberStats } from "./engine.ts";
import type { HandshakeKeys } from "./handshake.ts";
import { HmacSha1 } from "./hmac.ts";
import type { PeerSpec } from "./media-thread.ts";
import type { Remote } from "./port.ts";
import { Publisher } from "./publisher.ts";
import type { RemoteHandshakes } from "./remote-handshakes.ts";
import { type BindingRequest, bindingSuccess, isAuthentic } from "./stun.ts";
import { Subscriber } from "./subscriber.ts";

/** A browser that has been answered must have its keys within this many ms. */
const CONNECT_TIMEOUT = 15_000;
/** Without an authentic check for this many ms the browser is gone (RFC 7675 §5.1). */
const CONSENT_TIMEOUT = 30_000;
/** An address in use is checked every few seconds (Chrome 2.5, others 5); after these ms it is given up for another. */
const SILENCE = 8000;
/** Addresses one browser may use at once: its candidate pairs. */
const REMOTES_MAX = 8;

export interface PeerHandlers {
  /** The first authentic check has come. */
  claimed(): void;
  connected(): void;
  /** The peer wants to be closed: whoever holds it does so. */
  ended(reason: string): void;
  sendFailed(error: Error): void;
}

/** One browser on the port: its checked addresses, its handshake, and then its media leg. */
export class Peer {
  readonly spec: PeerSpec;
  readonly #password: HmacSha1;
  readonly #broadcast: Broadcast;
  readonly #handshakes: RemoteHandshakes;
  readonly #handlers: PeerHandlers;
  readonly #createdAt = now();
  /** Keys of the addresses whose checks were authentic, oldest first. */
  readonly #remoteKeys: string[] = [];
  #remote: Remote | undefined;
  #nominated = false;
  /** When the last authentic check came, from anywhere and from the address in use. */
  #checkedAt = now();
  #remoteCheckedAt = now();
  #handshaking = false;
  #leg: Publisher | Subscriber | undefined;
  #closed = false;

  constructor(spec: PeerSpec, broadcast: Broadcast, handshakes: RemoteHandshakes, handlers: PeerHandlers) {
    this.spec = spec;
    this.#password = new HmacSha1(Buffer.from(spec.password));
    this.#broadcast = broadcast;
    this.#handshakes = handshakes;
    this.#handlers = handlers;
  }

  /** Addresses that lead to this peer. */
  get remoteKeys(): readonly string[] {
    return this.#remoteKeys;
  }

  /**
   * A connectivity check that names this peer. Answers it if it is authentic.
   * @returns whether the address now belongs to this peer, and the address that it no longer uses, if any
   */
  receiveCheck(request: BindingRequest, from: Remote): { accepted: boolean; dropped?: string } {
    if (this.#closed || !isAuthentic(request, this.#password)) return { accepted: false };
    if (!this.#remote) this.#handlers.claimed();
    const time = now();
    this.#checkedAt = time;
    // The browser nominates the pair it wants, and a later nomination from elsewhere is a browser that has
    // moved (RFC 8445 §8.1.1 as ICE-lite). Until then, or when the address in use has fallen silent, the
    // one that speaks is it.
    const silent = time - this.#remoteCheckedAt > SILENCE;
    if (request.nominates || !this.#nominated || silent) this.#moveTo(from);
    if (request.nominates) this.#nominated = true;
    if (this.#remote?.key === from.key) this.#remoteCheckedAt = time;
    this.#sendTo(from, bindingSuccess(request, this.#password, from));
    if (this.#remoteKeys.includes(from.key)) return { accepted: true };
    this.#remoteKeys.push(from.key);
    if (this.#remoteKeys.length <= REMOTES_MAX) return { accepted: true };
    const oldest = this.#remoteKeys.findIndex((key) => key !== this.#remote?.key);
    return { accepted: true, dropped: this.#remoteKeys.splice(oldest, 1)[0]! };
  }

  /** A DTLS datagram from one of this peer's addresses. */
  receiveDtls(datagram: Buffer): void {
    if (!this.#handshaking) {
      this.#handshaking = true;
      const startedAt = now();
      this.#handshakes.start(this.spec.id, this.spec.fingerprints, {
        send: (reply) => this.#send(reply),
        done: (keys) => {
          sample(counts.handshakeMs, now() - startedAt);
          this.#connect(keys);
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
    else if (time - this.#checkedAt > CONSENT_TIMEOUT) this.#handlers.ended("consent expired");
    else this.#leg?.tick(time);
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

  #connect(keys: HandshakeKeys): void {
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
        : new Subscriber({ ...options, destination: this.#remote! });
    this.#handlers.connected();
  }

  #moveTo(remote: Remote): void {
    if (this.#remote?.key === remote.key) return;
    this.#remote = remote;
    if (this.#leg instanceof Subscriber) this.#leg.moveTo(remote);
  }

  #send(datagram: Buffer): void {
    if (this.#remote) this.#sendTo(this.#remote, datagram);
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
