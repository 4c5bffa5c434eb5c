import { setTimeout as sleep } from "node:timers/promises";

/** Between two of those who waited for a room and are let in, ms: about as fast as handshakes are done. */
const LET_IN_PACE = 4;
/**
 * Codes that pages of one network may wait for at the same time. Who waits for a code is let in as soon as
 * there is a wall with it, so each code waited for is a guess at every wall that opens.
 */
const CODES_MAX = 30;

/** Who asked for a room that is not open. */
export class Waiting {
  /** By code and network; called when the room is there. */
  readonly #codes = new Map<string, Map<string, Set<() => void>>>();
  /** How many codes each network waits for. */
  readonly #networks = new Map<string, number>();

  /**
   * Calls `letIn` once when {@link letIn} is called for the code.
   * @returns ends the wait
   */
  add(code: string, network: string, letIn: () => void): () => void {
    const networks = this.#codes.get(code) ?? new Map<string, Set<() => void>>();
    const count = this.#networks.get(network) ?? 0;
    if (!networks.has(network)) {
      if (count >= CODES_MAX) return () => {};
      this.#networks.set(network, count + 1);
    }
    const pages = networks.get(network) ?? new Set();
    this.#codes.set(code, networks.set(network, pages.add(letIn)));
    return () => {
      pages.delete(letIn);
      // Others may wait by now, after these were let in.
      if (pages.size === 0 && this.#codes.get(code)?.get(network) === pages) this.#end(code, network);
    };
  }

  /** Lets in those who waited for a code, one after another. */
  async letIn(code: string): Promise<void> {
    const networks = this.#codes.get(code) ?? new Map<string, Set<() => void>>();
    const pages = [...networks.values()];
    for (const network of networks.keys()) this.#end(code, network);
    for (const waiting of pages) {
      // Those who leave meanwhile take themselves out.
      for (const letIn of waiting) {
        waiting.delete(letIn);
        letIn();
        await sleep(LET_IN_PACE);
      }
    }
  }

  /** Nobody of the network waits for the code any more. */
  #end(code: string, network: string): void {
    const networks = this.#codes.get(code);
    if (!networks?.delete(network)) return;
    if (networks.size === 0) this.#codes.delete(code);
    const left = (this.#networks.get(network) ?? 1) - 1;
    if (left > 0) this.#networks.set(network, left);
    else this.#networks.delete(network);
  }
}
