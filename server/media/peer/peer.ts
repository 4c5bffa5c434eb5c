import { now } from "../clock.ts";
import { addSample, counts } from "../counters.ts";
import type { Broadcast } from "../fanout/broadcast.ts";
import type { Pictures } from "../fanout/pictures.ts";
import type { PeerSpec, SubscriberStats } from "../model.ts";
import type { HandshakeKeys, Handshakes } from "../secure/handshake.ts";
import type { Remote } from "../wire/port.ts";
import type { BindingRequest, BindingSuccess } from "../wire/stun.ts";
import { IceAgent } from "./ice-agent.ts";
import { Publisher } from "./publisher.ts";
import { Subscriber } from "./subscriber.ts";

/** A peer must be connected this many ms after its offer was answered. */
const CONNECT_TIMEOUT_MS = 15_000;
/** DTLS datagrams that are kept until the peer is assigned to a thread: the fragments of a ClientHello. */
const PENDING_MAX_DATAGRAMS = 4;

/** A DTLS datagram that waits for the assignment. */
interface PendingDatagram {
  datagram: Buffer;
  from: Remote;
}

export interface PeerHandlers {
  /** The first authentic check has arrived. */
  firstCheck(): void;
  /** The keys are agreed, the address is validated, and media flows. */
  connected(): void;
  /** The peer cannot continue. The handler must close it. */
  ended(reason: string): void;
  sendFailed(error: Error): void;
}

/** One browser on the port: its ICE agent, its handshake, and its media leg once it is connected. */
export class Peer {
  readonly spec: PeerSpec;
  readonly #broadcast: Broadcast;
  readonly #pictures: Pictures | undefined;
  readonly #handshakes: Handshakes;
  readonly #handlers: PeerHandlers;
  readonly #ice: IceAgent;
  readonly #createdAt = now();
  #isAssigned: boolean;
  /** DTLS datagrams that arrived before the peer was assigned. */
  #pending: PendingDatagram[] = [];
  #handshakeStarted = false;
  /** Keys of a browser whose address is not validated yet. */
  #keys: HandshakeKeys | undefined;
  #leg: Publisher | Subscriber | undefined;
  /** Tells the browser that the session is over. */
  #farewell: Buffer | undefined;
  #closed = false;

  /**
   * @param isAssigned whether the peer is assigned to this thread already; if not, see {@link assign}
   * @param pictures those of the broadcast; undefined if the peer neither sends nor receives any
   */
  constructor(
    spec: PeerSpec,
    broadcast: Broadcast,
    handshakes: Handshakes,
    handlers: PeerHandlers,
    isAssigned = true,
    pictures?: Pictures,
  ) {
    this.spec = spec;
    this.#broadcast = broadcast;
    this.#pictures = pictures;
    this.#handshakes = handshakes;
    this.#handlers = handlers;
    this.#isAssigned = isAssigned;
    this.#ice = new IceAgent(spec, {
      send: (to, datagram) => this.#sendTo(to, datagram),
      validated: (remote) => this.#validated(remote),
    });
  }

  /** Key of the selected address; undefined before the first check. */
  get selectedKey(): string | undefined {
    return this.#ice.selected?.key;
  }

  /** Whether a connectivity check that names this peer is from its browser. */
  isAuthentic(request: BindingRequest): boolean {
    return !this.#closed && this.#ice.isAuthentic(request);
  }

  /** Receives an authentic check from one of this peer's addresses. */
  receiveCheck(request: BindingRequest, from: Remote): void {
    if (!this.#ice.selected) this.#handlers.firstCheck();
    this.#ice.receiveCheck(request, from);
  }

  /**
   * Receives a success response.
   * @returns whether it answers a consent check, and so validates its source address
   */
  receiveResponse(response: BindingSuccess, from: Remote): boolean {
    return !this.#closed && this.#ice.receiveResponse(response, from);
  }

  /** Assigns the peer to this thread, which now carries out its handshake. */
  assign(): void {
    this.#isAssigned = true;
    for (const { datagram, from } of this.takePending()) this.receiveDtls(datagram, from);
  }

  /** Takes the DTLS datagrams that arrived before the peer was assigned. */
  takePending(): readonly PendingDatagram[] {
    const pending = this.#pending;
    this.#pending = [];
    return pending;
  }

  /** Receives a DTLS datagram from one of this peer's addresses. */
  receiveDtls(datagram: Buffer, from: Remote): void {
    if (!this.#isAssigned) {
      if (this.#pending.length < PENDING_MAX_DATAGRAMS) this.#pending.push({ datagram, from });
      return;
    }
    if (!this.#handshakeStarted) {
      this.#handshakeStarted = true;
      this.#ice.handshakeStarted();
      const startedAt = now();
      this.#handshakes.start(this.spec.id, this.spec.fingerprints, {
        send: (reply) => this.#send(reply),
        done: (keys) => {
          addSample(counts.handshakeMs, now() - startedAt);
          this.#keys = keys;
          if (this.#ice.handshakeFinished()) this.#connect(keys);
        },
        ended: (reason) => this.#handlers.ended(reason),
      });
    }
    this.#handshakes.receive(this.spec.id, datagram);
  }

  /** Receives an SRTP or SRTCP datagram from one of this peer's addresses. */
  receiveMedia(datagram: Buffer): void {
    if (!this.#leg || datagram.length < 2) return;
    // RTCP packet types are 192–223. RTP has its marker and payload type in that byte (RFC 5761 §4).
    const isRtcp = datagram[1]! >= 192 && datagram[1]! <= 223;
    if (isRtcp) this.#leg.receiveRtcp(datagram);
    else if (this.#leg instanceof Publisher) this.#leg.receiveRtp(datagram);
  }

  /** Checks time-outs and sends reports. Call it every five seconds. */
  tick(time: number): void {
    if (!this.#leg && time - this.#createdAt > CONNECT_TIMEOUT_MS) this.#handlers.ended("connect timeout");
    else if (this.#ice.isConsentLost(time)) this.#handlers.ended("consent expired");
    else {
      this.#ice.tick(time);
      this.#leg?.tick(time);
    }
  }

  /** Takes a subscriber's figures, if there are new ones since the last call. */
  takeStats(): SubscriberStats | undefined {
    return this.#leg instanceof Subscriber ? this.#leg.takeStats() : undefined;
  }

  /**
   * Closes the media leg and ends the handshake; idempotent.
   * @param notify whether to tell a connected browser at once (RFC 7675 §5.2), which otherwise notices when
   * its checks are not answered any more
   */
  close(notify = false): void {
    if (notify && this.#leg && this.#farewell) this.#send(this.#farewell);
    this.#closed = true;
    this.#leg?.close();
    this.#handshakes.end(this.spec.id);
  }

  /** The selected address is validated: media may go there. */
  #validated(remote: Remote): void {
    if (this.#leg instanceof Subscriber) this.#leg.moveTo(remote);
    else if (!this.#leg && this.#keys) this.#connect(this.#keys);
  }

  #connect(keys: HandshakeKeys): void {
    this.#keys = undefined;
    this.#farewell = keys.farewell;
    const { pictures: specs, pictureRateMax, transportFeedback } = this.spec;
    const options = {
      number: this.spec.number,
      ssrc: this.spec.ssrc,
      payloadType: this.spec.payloadType,
      rateMax: this.spec.rateMax,
      ...keys,
      broadcast: this.#broadcast,
      pictures: this.#pictures && {
        specs,
        rateMax: pictureRateMax,
        transportFeedback,
        pictures: this.#pictures,
      },
      send: (datagram: Buffer) => this.#send(datagram),
    };
    this.#leg =
      this.spec.role === "publish"
        ? new Publisher(options)
        : new Subscriber({ ...options, destination: this.#ice.selected! });
    this.#handlers.connected();
  }

  #send(datagram: Buffer): void {
    const { selected } = this.#ice;
    if (selected) this.#sendTo(selected, datagram);
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

  /** A datagram that the system does not take is lost. Media never waits. */
  readonly #sent = (error: Error | null): void => {
    if (error) this.#handlers.sendFailed(error);
  };
}
