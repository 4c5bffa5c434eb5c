import { Shares } from "./shares.ts";

/** What pages of all networks have not taken yet, bytes. */
const UNSENT_MAX = 256 * 1024 * 1024;

/** A connection with what its page has not taken yet. */
export interface Backlog {
  readonly network: string;
  /** Bytes. */
  readonly unsent: number;
}

/**
 * Whom to cut so that no network, and not all together, keep the server from sending more than so much: those
 * with most unsent first.
 * @param networkShare how much of all one network may hold, percent
 */
export function tooMuchUnsent<Page extends Backlog>(pages: readonly Page[], networkShare: number): Page[] {
  const shares = new Shares({ whole: UNSENT_MAX, networkShare });
  const waiting = pages.filter(({ unsent }) => unsent > 0).toSorted((a, b) => a.unsent - b.unsent);
  return waiting.filter(({ network, unsent }) => {
    shares.take(network, unsent);
    const isTooMuch = shares.isFull || shares.isFullFor(network);
    if (isTooMuch) shares.give(network, unsent);
    return isTooMuch;
  });
}
