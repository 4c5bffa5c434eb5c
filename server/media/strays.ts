import type { PeerId } from "./engine.ts";
import { HmacSha1 } from "./hmac.ts";
import type { PeerSpec, StrayDatagram } from "./media-thread.ts";
import type { DatagramKind, Remote } from "./port.ts";
import { type BindingRequest, isAuthentic } from "./stun.ts";

/** Addresses one peer may reach this thread from. */
const REMOTES_MAX = 8;

/**
 * Peers that live in another thread. The kernel gives a sender's datagrams to one thread by its address,
 * so a browser whose address changes, or that has several, may turn up at the wrong one: what is
 * authentic is passed on.
 */
export class Strays {
  readonly #pass: (stray: StrayDatagram) => void;
  readonly #byUfrag = new Map<string, PeerSpec>();
  readonly #byId = new Map<PeerId, { ufrag: string; remotes: string[] }>();
  readonly #byRemote = new Map<string, PeerId>();

  constructor(pass: (stray: StrayDatagram) => void) {
    this.#pass = pass;
  }

  add(spec: PeerSpec): void {
    this.#byUfrag.set(spec.ufrag, spec);
    this.#byId.set(spec.id, { ufrag: spec.ufrag, remotes: [] });
  }

  /** The peer is gone; idempotent. */
  forget(id: PeerId): void {
    const record = this.#byId.get(id);
    if (!record) return;
    this.#byId.delete(id);
    this.#byUfrag.delete(record.ufrag);
    for (const key of record.remotes) this.#byRemote.delete(key);
  }

  /** Passes a connectivity check on if it is authentic, and learns where it came from. */
  passCheck(request: BindingRequest, from: Remote): void {
    const spec = this.#byUfrag.get(request.localUfrag);
    if (
      !spec ||
      spec.remoteUfrag !== request.remoteUfrag ||
      !isAuthentic(request, new HmacSha1(Buffer.from(spec.password)))
    )
      return;
    const { remotes } = this.#byId.get(spec.id)!;
    if (!remotes.includes(from.key)) {
      remotes.push(from.key);
      if (remotes.length > REMOTES_MAX) this.#byRemote.delete(remotes.shift()!);
    }
    this.#byRemote.set(from.key, spec.id);
    this.pass("stun", request.data, from);
  }

  /** Passes on what comes from an address that has sent an authentic check before. */
  pass(kind: DatagramKind, datagram: Buffer, { key, address, port }: Remote): void {
    const peer = this.#byRemote.get(key);
    if (peer !== undefined) this.#pass({ peer, kind, datagram, address, port });
  }
}
