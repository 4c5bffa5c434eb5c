import { TokenBucket } from "../../limits/rate.ts";
import { now } from "../clock.ts";
import { HmacSha1 } from "../kernel/hmac.ts";
import type { DatagramKind, PeerId, PeerSpec, StrayDatagram } from "../model.ts";
import type { Remote } from "../wire/port.ts";
import { type BindingRequest, isAuthentic } from "../wire/stun.ts";

/**
 * What is passed on: a host's media, a listener's reports and anybody's handshake, or checks and answers to
 * them.
 */
type Sort = "host" | "listener" | "stun";

/**
 * Datagrams passed on for one peer each second. A host sends 50 to 400 packets, a listener some reports, both
 * a few checks. Each takes two messages between threads, the main thread between them, so nobody may have
 * more of them than they need.
 */
const PASSED_PER_SECOND: Record<Sort, number> = { host: 500, listener: 110, stun: 20 };

/**
 * And for all together: what the main thread can do beside its own work. One sort cannot use up another's.
 */
const PASSED_IN_ALL: Record<Sort, number> = { host: 3_000, listener: 1_500, stun: 1_500 };

interface Stray {
  spec: PeerSpec;
  password: HmacSha1;
  media: TokenBucket;
  stun: TokenBucket;
}

/**
 * Peers that live in another thread. The kernel gives a sender's datagrams to one thread by its address, so a
 * browser whose address changes, or that has several, may turn up at the wrong one: what comes from its
 * addresses is passed on.
 */
export class Strays {
  readonly #pass: (stray: StrayDatagram) => void;
  readonly #byUfrag = new Map<string, Stray>();
  readonly #byId = new Map<PeerId, Stray>();
  readonly #inAll: Record<Sort, TokenBucket> = {
    host: perSecond(PASSED_IN_ALL.host),
    listener: perSecond(PASSED_IN_ALL.listener),
    stun: perSecond(PASSED_IN_ALL.stun),
  };

  constructor(pass: (stray: StrayDatagram) => void) {
    this.#pass = pass;
  }

  add(spec: PeerSpec): void {
    const password = new HmacSha1(Buffer.from(spec.password));
    const media = perSecond(PASSED_PER_SECOND[sortOf(spec)]);
    const stray = { spec, password, media, stun: perSecond(PASSED_PER_SECOND.stun) };
    this.#byUfrag.set(spec.ufrag, stray);
    this.#byId.set(spec.id, stray);
  }

  /** The peer is gone; idempotent. */
  forget(id: PeerId): void {
    const stray = this.#byId.get(id);
    if (!stray) return;
    this.#byId.delete(id);
    this.#byUfrag.delete(stray.spec.ufrag);
  }

  /** The peer that a connectivity check comes from, if it lives elsewhere and the check is authentic. */
  senderOf(request: BindingRequest): PeerId | undefined {
    const stray = this.#byUfrag.get(request.localUfrag);
    if (stray?.spec.remoteUfrag !== request.remoteUfrag) return;
    return isAuthentic(request, stray.password) ? stray.spec.id : undefined;
  }

  /** Passes on what comes from an address of the peer; what is too much is dropped. */
  pass(peer: PeerId, kind: DatagramKind, datagram: Buffer, { address, port }: Remote): void {
    const stray = this.#byId.get(peer);
    if (!stray) return;
    const isStun = kind === "stun";
    const own = isStun ? stray.stun : stray.media;
    const inAll = this.#inAll[isStun ? "stun" : sortOf(stray.spec)];
    const time = now();
    if (own.take(1, time) && inAll.take(1, time)) this.#pass({ peer, kind, datagram, address, port });
  }
}

function sortOf({ role }: PeerSpec): "host" | "listener" {
  return role === "publish" ? "host" : "listener";
}

function perSecond(count: number): TokenBucket {
  return new TokenBucket({ burst: count, perSecond: count }, now());
}
