import { setTimeout as sleep } from "node:timers/promises";

/** Time between two waiting pages that are admitted: about the time of one DTLS handshake. */
const ADMIT_INTERVAL_MS = 4;
/**
 * Most codes that pages of one network may wait for at the same time. A page is admitted as soon as a wall
 * with its code opens. Each code is therefore a guess at the code of every wall that opens meanwhile.
 */
const CODES_MAX = 30;

/** Pages that have asked for a wall that is not open. */
export class WaitingPages {
  /** Callbacks of the pages, by code and network. */
  readonly #codes = new Map<string, Map<string, Set<() => void>>>();
  /** Number of codes that each network waits for. */
  readonly #networks = new Map<string, number>();

  /**
   * Waits for a wall to open: calls `admit` at most once, when {@link admitAll} is called for the code. Does
   * nothing if the network already waits for too many codes.
   * @returns cancels the wait
   */
  add(code: string, network: string, admit: () => void): () => void {
    const networks = this.#codes.get(code) ?? new Map<string, Set<() => void>>();
    const count = this.#networks.get(network) ?? 0;
    if (!networks.has(network)) {
      if (count >= CODES_MAX) return () => {};
      this.#networks.set(network, count + 1);
    }
    const pages = networks.get(network) ?? new Set();
    this.#codes.set(code, networks.set(network, pages.add(admit)));
    return () => {
      pages.delete(admit);
      // After `admitAll`, the code may have a new set of pages, which must stay.
      if (pages.size === 0 && this.#codes.get(code)?.get(network) === pages) this.#remove(code, network);
    };
  }

  /** Admits all pages that wait for a code, one after another. */
  async admitAll(code: string): Promise<void> {
    const networks = this.#codes.get(code) ?? new Map<string, Set<() => void>>();
    const waiting = [...networks.values()];
    for (const network of networks.keys()) this.#remove(code, network);
    for (const pages of waiting) {
      // A page that cancels meanwhile removes itself from the set.
      for (const admit of pages) {
        pages.delete(admit);
        admit();
        await sleep(ADMIT_INTERVAL_MS);
      }
    }
  }

  /** Removes a code of a network. */
  #remove(code: string, network: string): void {
    const networks = this.#codes.get(code);
    if (!networks?.delete(network)) return;
    if (networks.size === 0) this.#codes.delete(code);
    const left = (this.#networks.get(network) ?? 1) - 1;
    if (left > 0) this.#networks.set(network, left);
    else this.#networks.delete(network);
  }
}
