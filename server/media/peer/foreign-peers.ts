import { TokenBucket } from "../../limits/rate.ts";
import { now } from "../clock.ts";
import { HmacSha1 } from "../kernel/hmac.ts";
import type { DatagramKind, MisdeliveredDatagram, PeerId, PeerSpec } from "../model.ts";
import type { Remote } from "../wire/port.ts";
import { type BindingRequest, isAuthentic } from "../wire/stun.ts";

/** Forwarded traffic is limited by class: media and handshake datagrams of hosts or listeners, and STUN. */
type TrafficClass = "host" | "listener" | "stun";

/**
 * Datagrams per second that are forwarded for one peer. A host sends 50 to 400 packets, a listener some
 * reports, and both a few checks. Each datagram takes two messages between threads through the main thread,
 * so no peer may have more than it needs.
 */
const PEER_PER_SECOND: Record<TrafficClass, number> = { host: 500, listener: 110, stun: 20 };

/**
 * Datagrams per second that are forwarded for all peers: what the main thread can carry beside its own work.
 * No class can use up the limit of another.
 */
const TOTAL_PER_SECOND: Record<TrafficClass, number> = { host: 3_000, listener: 1_500, stun: 1_500 };

interface ForeignPeer {
  spec: PeerSpec;
  password: HmacSha1;
  mediaLimit: TokenBucket;
  stunLimit: TokenBucket;
}

/**
 * Peers that are assigned to other threads. The system delivers a sender's datagrams to one thread by its
 * address. A browser whose address changes, or that has several, may therefore reach a thread that it is not
 * assigned to. Datagrams from its addresses are forwarded to its own thread.
 */
export class ForeignPeers {
  readonly #forward: (datagram: MisdeliveredDatagram) => void;
  readonly #byUfrag = new Map<string, ForeignPeer>();
  readonly #byId = new Map<PeerId, ForeignPeer>();
  readonly #totalLimits: Record<TrafficClass, TokenBucket> = {
    host: perSecond(TOTAL_PER_SECOND.host),
    listener: perSecond(TOTAL_PER_SECOND.listener),
    stun: perSecond(TOTAL_PER_SECOND.stun),
  };

  /** @param forward sends a datagram to the thread of its peer */
  constructor(forward: (datagram: MisdeliveredDatagram) => void) {
    this.#forward = forward;
  }

  /** Adds a peer that is assigned to another thread. */
  add(spec: PeerSpec): void {
    const peer = {
      spec,
      password: new HmacSha1(Buffer.from(spec.password)),
      mediaLimit: perSecond(PEER_PER_SECOND[mediaClassOf(spec)]),
      stunLimit: perSecond(PEER_PER_SECOND.stun),
    };
    this.#byUfrag.set(spec.ufrag, peer);
    this.#byId.set(spec.id, peer);
  }

  /** Removes a peer that is closed; idempotent. */
  remove(id: PeerId): void {
    const peer = this.#byId.get(id);
    if (!peer) return;
    this.#byId.delete(id);
    this.#byUfrag.delete(peer.spec.ufrag);
  }

  /** The sender of a connectivity check, if it is a peer of another thread and the check is authentic. */
  senderOf(request: BindingRequest): PeerId | undefined {
    const peer = this.#byUfrag.get(request.localUfrag);
    if (peer?.spec.remoteUfrag !== request.remoteUfrag) return;
    return isAuthentic(request, peer.password) ? peer.spec.id : undefined;
  }

  /** Forwards a datagram from one of the peer's addresses, or drops it if a limit is exceeded. */
  forward(id: PeerId, kind: DatagramKind, data: Buffer, { address, port }: Remote): void {
    const peer = this.#byId.get(id);
    if (!peer) return;
    const isStun = kind === "stun";
    const ownLimit = isStun ? peer.stunLimit : peer.mediaLimit;
    const totalLimit = this.#totalLimits[isStun ? "stun" : mediaClassOf(peer.spec)];
    const time = now();
    if (ownLimit.take(1, time) && totalLimit.take(1, time))
      this.#forward({ peer: id, kind, data, address, port });
  }
}

function mediaClassOf({ role }: PeerSpec): "host" | "listener" {
  return role === "publish" ? "host" : "listener";
}

function perSecond(count: number): TokenBucket {
  return new TokenBucket({ burst: count, perSecond: count }, now());
}
