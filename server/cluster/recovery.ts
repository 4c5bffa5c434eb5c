import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Leases } from "./leases.ts";
import type { Shelves } from "./shelf.ts";

/** Wait between two attempts to read what the nodes share, ms. */
const RETRY_MS = 1_000;

export interface RecoveryOptions {
  /** What the nodes share in JetStream. */
  readonly shelves: readonly Pick<Shelves<unknown>, "reopen" | "check">[];
  readonly leases: Pick<Leases, "restore" | "endAgain">;
  readonly isConnected: () => boolean;
  /** What the nodes share is known again: it may have been lost. */
  readonly restored: () => void;
  readonly log: Logger;
}

/** Reads what the nodes share again after NATS or JetStream has lost it, or could not be reached. */
export class Recovery {
  readonly #options: RecoveryOptions;
  #attempts = 0;
  #isReading = true;
  #isChecking = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Whether what the nodes share is known, and followed. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** NATS is away: nothing is read until {@link recover}. */
  lost(): void {
    this.#isReading = false;
    this.#attempts++;
  }

  /** Reads all again, as soon as JetStream answers. */
  async recover(): Promise<void> {
    const { shelves, leases, isConnected, restored, log } = this.#options;
    this.lost();
    for (const attempt = this.#attempts; attempt === this.#attempts && isConnected(); await sleep(RETRY_MS)) {
      try {
        await Promise.all(shelves.map((shelf) => shelf.reopen()));
        await leases.restore();
        if (attempt !== this.#attempts) return;
        this.#isReading = true;
        log.info("what the servers share is read again");
        restored();
        return;
      } catch (err) {
        log.warn({ err }, "what the servers share cannot be read");
      }
    }
  }

  /** JetStream may lose what it keeps, or stop to answer, while NATS goes on. Called every few seconds. */
  async check(): Promise<void> {
    const { shelves, leases, isConnected, log } = this.#options;
    if (this.#isChecking || !this.#isReading || !isConnected()) return;
    this.#isChecking = true;
    try {
      await Promise.all(shelves.map((shelf) => shelf.check()));
      await leases.endAgain();
    } catch (err) {
      if (!this.#isReading || !isConnected()) return;
      log.warn({ err }, "what the servers share is lost");
      void this.recover();
    } finally {
      this.#isChecking = false;
    }
  }
}
