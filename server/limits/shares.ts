export interface SharesOptions {
  /** How much there is in all. */
  readonly whole: number;
  /** How much of it one network may hold, percent; always one at least. */
  readonly networkShare: number;
}

/** Who holds how much of something there is a bounded amount of, so that no network holds all of it. */
export class Shares {
  readonly #whole: number;
  readonly #most: number;
  readonly #held = new Map<string, number>();
  #total = 0;

  constructor({ whole, networkShare }: SharesOptions) {
    this.#whole = whole;
    this.#most = Math.max(1, Math.ceil((whole * networkShare) / 100));
  }

  /** What all networks hold together. */
  get total(): number {
    return this.#total;
  }

  /** Whether nothing is left for anyone. */
  get isFull(): boolean {
    return this.#total >= this.#whole;
  }

  /** What a network holds. */
  of(network: string): number {
    return this.#held.get(network) ?? 0;
  }

  /** Whether a network holds as much as it may. */
  isFullFor(network: string): boolean {
    return this.of(network) >= this.#most;
  }

  /** A network holds this much more, whether or not it may. Pair with {@link give}. */
  take(network: string, amount = 1): void {
    this.#held.set(network, this.of(network) + amount);
    this.#total += amount;
  }

  /** A network has given this much back. */
  give(network: string, amount = 1): void {
    const left = this.of(network) - amount;
    this.#total -= amount;
    if (left > 0) this.#held.set(network, left);
    else this.#held.delete(network);
  }
}
