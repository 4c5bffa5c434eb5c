import { Allowance } from "./allowance.ts";
import { now } from "./clock.ts";
import type { PeerId } from "./engine.ts";
import { HmacSha1 } from "./hmac.ts";
import type { PeerSpec, StrayDatagram } from "./media-thread.ts";
import type { DatagramKind, Remote } from "./port.ts";
import { type BindingRequest, isAuthentic } from "./stun.ts";

/**
 * Datagrams passed on for one peer each second: a host sends 50 to 400 packets, and some reports and checks. Each takes
 * two messages between threads, the main thread between them, so nobody may have more of them than they need.
 */
const PASSED_PER_SECOND = 500;

/** And for all together: what the main thread can do beside its own work. */
const PASSED_IN_ALL = 5_000;

interface Stray {
  spec: PeerSpec;
  password: HmacSha1;
  allowance: Allowance;
}

/**
 * Peers that live in another thread. The kernel gives a sender's datagrams to one thread by its address,
 * so a browser whose address changes, or that has several, may turn up at the wrong one: what comes from its addresses
 * is passed on.
 */
export class Strays {
  readonly #pass: (stray: StrayDatagram) => void;
  readonly #byUfrag = new Map<string, Stray>();
  readonly #byId = new Map<PeerId, Stray>();
  readonly #allowance = new Allowance(PASSED_IN_ALL, now());

  constructor(pass: (stray: StrayDatagram) => void) {
    this.#pass = pass;
  }

  add(spec: PeerSpec): void {
    const password = new HmacSha1(Buffer.from(spec.password));
    const stray = { spec, password, allowance: new Allowance(PASSED_PER_SECOND, now()) };
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
    const time = now();
    if (!this.#byId.get(peer)?.allowance.take(time) || !this.#allowance.take(time)) return;
    this.#pass({ peer, kind, datagram, address, port });
  }
}
