import { NetworkQuota } from "../limits/network-quota.ts";
import type { MediaEngine } from "../media/engine.ts";
import type { BroadcastId, PeerId } from "../media/model.ts";
import { LightwallError } from "../protocol/errors.ts";

export interface ConnectingOptions {
  readonly engine: MediaEngine;
  /** Peers that may be answered and not connected at the same time. */
  readonly connectingMax: number;
  /** How many of them one network may hold, percent. */
  readonly networkShare: number;
}

/**
 * Whose peers are answered and not connected, so that offers that never connect do not keep other networks
 * out. Only listeners are counted and refused: hosts are as few as walls, and must always get through.
 */
export class Connecting {
  readonly #engine: MediaEngine;
  readonly #shares: NetworkQuota;
  readonly #networks = new Map<PeerId, string>();

  constructor({ engine, connectingMax, networkShare }: ConnectingOptions) {
    this.#engine = engine;
    this.#shares = new NetworkQuota({ capacity: connectingMax, networkShare });
    engine.on("peer-connected", this.#ended);
    engine.on("peer-closed", this.#ended);
  }

  /**
   * Before a listener of this network gets a place or an answer.
   * @throws LightwallError `server-full`
   */
  mustHavePlace(network: string): void {
    if (this.#shares.isFull || this.#shares.isFullFor(network)) throw new LightwallError("server-full");
  }

  /** A listener of this network has been answered. */
  began(peer: PeerId, network: string): void {
    this.#networks.set(peer, network);
    this.#shares.acquire(network);
  }

  /** Listens to the engine no more; idempotent. */
  close(): void {
    this.#engine.off("peer-connected", this.#ended);
    this.#engine.off("peer-closed", this.#ended);
  }

  readonly #ended = (_broadcast: BroadcastId, peer: PeerId): void => {
    const network = this.#networks.get(peer);
    if (network !== undefined && this.#networks.delete(peer)) this.#shares.release(network);
  };
}
