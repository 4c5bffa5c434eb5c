import { NetworkQuota } from "../limits/network-quota.ts";
import { LightwallError } from "../protocol/errors.ts";

export interface WallQuotaOptions {
  /** Most walls, without the reserve. */
  readonly wallsMax: number;
  /** Share of them that one network may hold, percent. */
  readonly networkShare: number;
}

/**
 * Slots beyond `wallsMax`, as a share of it. They are reserved for hosts that return with their key when all
 * other slots are taken.
 */
const RESERVE_PERCENT = 25;

/**
 * Counts the open walls of each network and limits them to its share. If no slot is free, a deserted wall is
 * closed for the new one; its host's key opens it again at any time. A wall with a host or a screen in it is
 * never closed.
 */
export class WallQuota {
  readonly #quota: NetworkQuota;
  readonly #maxWithReserve: number;
  /** The network of each open wall, by code, the oldest first. */
  readonly #networks = new Map<string, string>();

  constructor({ wallsMax, networkShare }: WallQuotaOptions) {
    this.#quota = new NetworkQuota({ capacity: wallsMax, networkShare });
    this.#maxWithReserve = Math.ceil((wallsMax * (100 + RESERVE_PERCENT)) / 100);
  }

  /**
   * Checks whether a network may open one more wall.
   * @param isReturning whether the host has shown its key, so that the wall may use the reserve
   * @param isDeserted whether nobody is in a wall
   * @returns code of the deserted wall to close first, if one must be closed
   * @throws LightwallError `rooms-full`
   */
  check(network: string, isReturning: boolean, isDeserted: (code: string) => boolean): string | undefined {
    const { isFull } = this.#quota;
    const isFullForNetwork = this.#quota.isFullFor(network);
    if (!isFull && !isFullForNetwork) return undefined;
    const deserted = [...this.#networks].filter(([code]) => isDeserted(code));
    const toClose = isFullForNetwork
      ? deserted.find(([, owner]) => owner === network)
      : deserted.toSorted(([, a], [, b]) => this.#quota.usedBy(b) - this.#quota.usedBy(a))[0];
    if (toClose) return toClose[0];
    if (!isFullForNetwork && isReturning && this.#quota.used < this.#maxWithReserve) return undefined;
    throw new LightwallError("rooms-full");
  }

  /** Counts an opened wall for a network. */
  add(code: string, network: string): void {
    this.#networks.set(code, network);
    this.#quota.acquire(network);
  }

  /** Frees the slot of a closed wall. */
  remove(code: string): void {
    const network = this.#networks.get(code);
    if (network !== undefined && this.#networks.delete(code)) this.#quota.release(network);
  }
}
