export interface NetworkQuotaOptions {
  /** How much there is for all networks together. */
  readonly capacity: number;
  /** How much of the capacity one network may use, percent. At least one unit. */
  readonly networkShare: number;
}

/**
 * Counts how much of a limited resource each network uses (see `networkOf`), so that no network uses all of
 * it. Only counts: the owner asks {@link isFull} and {@link isFullFor}, and refuses or frees.
 */
export class NetworkQuota {
  readonly #capacity: number;
  readonly #networkMax: number;
  readonly #usedBy = new Map<string, number>();
  #used = 0;

  constructor({ capacity, networkShare }: NetworkQuotaOptions) {
    this.#capacity = capacity;
    this.#networkMax = Math.max(1, Math.ceil((capacity * networkShare) / 100));
  }

  /** What all networks use together. */
  get used(): number {
    return this.#used;
  }

  /** Whether the whole capacity is in use. */
  get isFull(): boolean {
    return this.#used >= this.#capacity;
  }

  /** What one network uses. */
  usedBy(network: string): number {
    return this.#usedBy.get(network) ?? 0;
  }

  /** Whether one network uses its whole share. */
  isFullFor(network: string): boolean {
    return this.usedBy(network) >= this.#networkMax;
  }

  /** Adds to what a network uses, also beyond its share. Pair with {@link release}. */
  acquire(network: string, amount = 1): void {
    this.#usedBy.set(network, this.usedBy(network) + amount);
    this.#used += amount;
  }

  /** Subtracts from what a network uses. */
  release(network: string, amount = 1): void {
    const left = this.usedBy(network) - amount;
    this.#used -= amount;
    if (left > 0) this.#usedBy.set(network, left);
    else this.#usedBy.delete(network);
  }
}
