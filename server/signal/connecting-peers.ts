import { NetworkQuota } from "../limits/network-quota.ts";
import type { MediaEngine } from "../media/media-engine.ts";
import type { BroadcastId, PeerId } from "../media/model.ts";
import { LightwallError } from "../protocol/errors.ts";

export interface ConnectingPeersOptions {
  readonly engine: MediaEngine;
  /** Most peers that may have an answer but no connection yet. */
  readonly connectingMax: number;
  /** Share of them that one network may hold, percent. */
  readonly networkShare: number;
}

/**
 * Counts the peers of each network that have an answer but no connection yet. Limits them, so that offers
 * that never connect cannot block other networks. Hosts are neither counted nor refused: there are only as
 * many as walls, and a host must always be able to connect.
 */
export class ConnectingPeers {
  readonly #engine: MediaEngine;
  readonly #quota: NetworkQuota;
  readonly #networks = new Map<PeerId, string>();

  constructor({ engine, connectingMax, networkShare }: ConnectingPeersOptions) {
    this.#engine = engine;
    this.#quota = new NetworkQuota({ capacity: connectingMax, networkShare });
    engine.on("peer-connected", this.#remove);
    engine.on("peer-closed", this.#remove);
  }

  /**
   * Checks whether one more listener of this network may join or get an answer.
   * @throws LightwallError `server-full`
   */
  requireSlot(network: string): void {
    if (this.#quota.isFull || this.#quota.isFullFor(network)) throw new LightwallError("server-full");
  }

  /** Counts a listener's peer that has just been answered. */
  add(peer: PeerId, network: string): void {
    this.#networks.set(peer, network);
    this.#quota.acquire(network);
  }

  /** Unsubscribes from the engine's events; idempotent. */
  close(): void {
    this.#engine.off("peer-connected", this.#remove);
    this.#engine.off("peer-closed", this.#remove);
  }

  readonly #remove = (_broadcast: BroadcastId, peer: PeerId): void => {
    const network = this.#networks.get(peer);
    if (network !== undefined && this.#networks.delete(peer)) this.#quota.release(network);
  };
}
