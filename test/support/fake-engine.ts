import { EventEmitter } from "node:events";
import type { EngineEvents, MediaEngine, Offering } from "../../server/media/media-engine.ts";
import type {
  BroadcastId,
  PeerId,
  PictureLayer,
  RelayWay,
  SubscriberStats,
} from "../../server/media/model.ts";
import { LightwallError } from "../../server/protocol/errors.ts";

/** Offers that the fake accepts; any other offer is `offer-invalid`. */
export const OFFERS = { send: "sends audio", receive: "receives audio", silent: "no audio" } as const;

export interface FakePeer {
  id: PeerId;
  broadcast: BroadcastId;
  role: "publish" | "subscribe";
  reached: readonly string[] | undefined;
  /** The packet time that the host was asked for; undefined for a listener. */
  packetTimeMs: number | undefined;
  /** Whether pictures are declined. */
  isWithoutPictures: boolean | undefined;
}

/** A media engine without media. It tracks peers as the real one does; the test connects and closes them. */
export class FakeEngine extends EventEmitter<EngineEvents> implements MediaEngine {
  readonly port = 0;
  connecting = 0;
  silentThread: string | undefined;
  readonly peers = new Map<PeerId, FakePeer>();
  readonly figures = new Map<PeerId, SubscriberStats>();
  /** Which way each broadcast goes between this machine and others. */
  readonly ways = new Map<BroadcastId, RelayWay>();
  /** Key frames that were requested. */
  readonly keyframesRequested: [BroadcastId, PictureLayer][] = [];
  closed = false;
  #made = 0;

  publish(
    broadcast: BroadcastId,
    offering: Offering,
    packetTimeMs: number,
  ): { peer: PeerId; answer: string } {
    check(offering.offer);
    const former = this.find(broadcast, "publish");
    if (former) this.closePeer(former.id, "replaced");
    return this.#make(broadcast, "publish", offering, packetTimeMs);
  }

  subscribe(broadcast: BroadcastId, offering: Offering): { peer: PeerId; answer: string } {
    check(offering.offer);
    if (offering.offer === OFFERS.send) throw new LightwallError("offer-sends");
    return this.#make(broadcast, "subscribe", offering);
  }

  tap(): void {}

  untap(): void {}

  requestKeyframe(broadcast: BroadcastId, layer: PictureLayer): void {
    this.keyframesRequested.push([broadcast, layer]);
  }

  relay(broadcast: BroadcastId, way: RelayWay): void {
    this.ways.set(broadcast, way);
  }

  closePeer(peer: PeerId, reason: string): void {
    const broadcast = this.peers.get(peer)?.broadcast;
    if (broadcast === undefined) return;
    this.peers.delete(peer);
    this.emit("peer-closed", broadcast, peer, reason);
  }

  closeBroadcast(broadcast: BroadcastId): void {
    for (const peer of this.peers.values()) {
      if (peer.broadcast === broadcast) this.closePeer(peer.id, "broadcast closed");
    }
  }

  stats(peer: PeerId): SubscriberStats | undefined {
    return this.figures.get(peer);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const peer of this.peers.keys()) this.closePeer(peer, "engine closed");
  }

  /** The newest peer with a role in a broadcast. */
  find(broadcast: BroadcastId, role: FakePeer["role"]): FakePeer | undefined {
    return [...this.peers.values()].findLast((peer) => peer.broadcast === broadcast && peer.role === role);
  }

  /** Connects the newest peer with a role in a broadcast. */
  connect(broadcast: BroadcastId, role: FakePeer["role"]): void {
    this.emit("peer-connected", broadcast, this.find(broadcast, role)!.id);
  }

  #make(broadcast: BroadcastId, role: FakePeer["role"], offering: Offering, packetTimeMs?: number) {
    this.#made += 1;
    const id = `peer-${this.#made}`;
    const { reached, isWithoutPictures } = offering;
    this.peers.set(id, { id, broadcast, role, reached, packetTimeMs, isWithoutPictures });
    return { peer: id, answer: `answer to ${id}` };
  }
}

function check(offer: string): void {
  if (offer === OFFERS.silent) throw new LightwallError("offer-no-audio");
  if (offer !== OFFERS.send && offer !== OFFERS.receive) throw new LightwallError("offer-invalid");
}
