import type { IncomingMessage } from "node:http";
import type { Logger } from "pino";
import { isPrivate, type Proxies } from "./address.ts";
import type { HostNames } from "./host-names.ts";

export interface StrangersOptions {
  readonly proxies: Proxies;
  readonly names: HostNames;
  readonly log: Logger;
}

/** Names that the log tells of, once each. */
const LOGGED_MAX = 100;
/** Longest name in a log line. */
const SHOWN = 100;

/**
 * Finds requests by a name that this server does not go by. Only those that come straight from a private network to a
 * private address: over the internet, an attacker needs no browser inside, and a proxy knows its names.
 */
export class Strangers {
  readonly #options: StrangersOptions;
  readonly #logged = new Set<string>();

  constructor(options: StrangersOptions) {
    this.#options = options;
  }

  /** Whether the request is to be refused (421, RFC 9110 §15.5.20). */
  has(request: Pick<IncomingMessage, "socket" | "headers">): boolean {
    const { proxies, names, log } = this.#options;
    const { address, localAddress = "", host, direct } = proxies.originOf(request);
    if (!direct || !isPrivate(address) || !isPrivate(localAddress) || names.knows(host)) return false;
    const shown = host.slice(0, SHOWN);
    if (!this.#logged.has(shown) && this.#logged.size < LOGGED_MAX) {
      this.#logged.add(shown);
      log.warn({ host: shown }, "unknown host name refused; if it is this server's, name it in HOSTNAMES");
    }
    return true;
  }
}
