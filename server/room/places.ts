import { NetworkQuota } from "../limits/network-quota.ts";
import { LightwallError } from "../protocol/errors.ts";

export interface PlacesOptions {
  /** Walls in all, not counting the reserve. */
  readonly wallsMax: number;
  /** How many of them one network may hold, percent. */
  readonly networkShare: number;
}

/**
 * Part of `wallsMax` that is kept, beyond it, for walls whose host comes back with its key, percent: a
 * quarter more when everything else is taken.
 */
const RESERVE = 25;

/**
 * Which network holds each wall's place. A network holds its share at most. Where no place is left, a wall
 * that nobody is in makes room: its host's key opens it again at any time. Walls with a host or a screen in
 * them are never taken away.
 */
export class Places {
  readonly #shares: NetworkQuota;
  readonly #reserved: number;
  /** Each wall's network, by code, the oldest first. */
  readonly #holders = new Map<string, string>();

  constructor({ wallsMax, networkShare }: PlacesOptions) {
    this.#shares = new NetworkQuota({ capacity: wallsMax, networkShare });
    this.#reserved = Math.ceil((wallsMax * (100 + RESERVE)) / 100);
  }

  /**
   * Finds a place for one more wall of a network.
   * @param returns it is a wall whose host shows its key, and may use the reserve
   * @param isDeserted whether nobody is in a wall
   * @returns the wall that has to go for it, if one has
   * @throws LightwallError `rooms-full`
   */
  find(network: string, returns: boolean, isDeserted: (code: string) => boolean): string | undefined {
    const { isFull } = this.#shares;
    const isFullForNetwork = this.#shares.isFullFor(network);
    if (!isFull && !isFullForNetwork) return undefined;
    const deserted = [...this.#holders].filter(([code]) => isDeserted(code));
    const giving = isFullForNetwork
      ? deserted.find(([, holder]) => holder === network)
      : deserted.toSorted(([, a], [, b]) => this.#shares.usedBy(b) - this.#shares.usedBy(a))[0];
    if (giving) return giving[0];
    if (!isFullForNetwork && returns && this.#shares.used < this.#reserved) return undefined;
    throw new LightwallError("rooms-full");
  }

  /** A wall is open, at the cost of a network. */
  hold(code: string, network: string): void {
    this.#holders.set(code, network);
    this.#shares.acquire(network);
  }

  /** A wall is open no more. */
  free(code: string): void {
    const network = this.#holders.get(code);
    if (network !== undefined && this.#holders.delete(code)) this.#shares.release(network);
  }
}
