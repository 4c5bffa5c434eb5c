import type { ClientLimits } from "../limits/client-limits.ts";
import { NetworkQuota } from "../limits/network-quota.ts";
import type { MediaEngine, Offering } from "../media/media-engine.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { ConnectingPeers } from "./connecting-peers.ts";

export interface ProbesOptions {
  readonly engine: MediaEngine;
  readonly limits: ClientLimits;
  readonly connectingPeers: ConnectingPeers;
  /** Share of all probes that one network may hold, percent. */
  readonly networkShare: number;
}

/** The session that asks for a probe. */
export interface ProbingSession {
  readonly id: string;
  readonly address: string;
  readonly network: string;
}

/** Probes at the same time. */
const PROBES_MAX = 64;
/** How long a probe lasts, ms. A browser that has not connected by then does not reach the UDP port. */
const PROBE_MS = 10_000;

/**
 * Media connections without a wall, by which a page finds out whether it reaches the UDP port. A probe is a
 * listener's peer of a broadcast of its own, which nobody publishes: it costs the server what a join costs,
 * is limited as one, and ends by itself.
 */
export class Probes {
  readonly #options: ProbesOptions;
  readonly #quota: NetworkQuota;
  /** By session. */
  readonly #open = new Map<string, { network: string; timer: NodeJS.Timeout }>();

  constructor(options: ProbesOptions) {
    this.#options = options;
    this.#quota = new NetworkQuota({ capacity: PROBES_MAX, networkShare: options.networkShare });
  }

  /**
   * Answers the offer of a probe. An earlier one of the session ends.
   * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends` | `server-full`
   */
  answer(session: ProbingSession, offering: Offering): string {
    const { engine, limits, connectingPeers } = this.#options;
    const { id, address, network } = session;
    this.end(id);
    connectingPeers.requireSlot(network);
    if (this.#quota.isFull || this.#quota.isFullFor(network)) throw new LightwallError("server-full");
    limits.countOffer(id, address, "listener");
    const { peer, answer } = engine.subscribe(broadcastOf(id), offering);
    connectingPeers.add(peer, network);
    this.#quota.acquire(network);
    this.#open.set(id, { network, timer: setTimeout(() => this.end(id), PROBE_MS) });
    return answer;
  }

  /** Ends the probe of a session, if it has one. */
  end(session: string): void {
    const probe = this.#open.get(session);
    if (!probe) return;
    this.#open.delete(session);
    clearTimeout(probe.timer);
    this.#quota.release(probe.network);
    this.#options.engine.closeBroadcast(broadcastOf(session));
  }
}

/** No wall has a code with a space. */
function broadcastOf(session: string): string {
  return `probe ${session}`;
}
