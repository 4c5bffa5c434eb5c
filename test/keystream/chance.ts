import { randomOf } from "../support/random.ts";

/** What happens in a run, the same for the same seed. */
export class Chance {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = randomOf(seed);
  }

  happens(share: number): boolean {
    return this.next() < share;
  }

  /** A whole number from 0 on, below `count`. */
  upTo(count: number): number {
    return Math.floor(this.next() * count);
  }
}
