import { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Logger } from "pino";
import { isPrivate, type Proxies } from "./address.ts";

export interface HostNamesOptions {
  /** Names by which people reach this server, as the configuration has them. */
  readonly hostnames: readonly string[];
  /** What this machine is called. */
  readonly machine: string;
}

/**
 * Ends of names that no one on the internet can have: RFC 6761 (`localhost`, `test`), RFC 6762 (`local`), RFC
 * 8375 (`home.arpa`), ICANN's `internal`, and `lan`, which routers use.
 */
const INSIDE = /(^|\.)(localhost|test|local|home\.arpa|internal|lan)$/;

/**
 * By which names this server goes. A page of another site whose name is made to lead to this server (DNS
 * rebinding) is to its browser the same site as this server, and may ask it for anything; but it cannot hide
 * its name.
 */
export class HostNames {
  readonly #known: ReadonlySet<string>;
  #certificate: X509Certificate | undefined;

  constructor({ hostnames, machine }: HostNamesOptions) {
    this.#known = new Set([machine, ...hostnames].map((name) => name.toLowerCase()));
  }

  /** The server proves that it has the names in this certificate. */
  certify({ cert }: { cert: string }): void {
    this.#certificate = new X509Certificate(cert);
  }

  /**
   * Whether a page asked for by this name is one of ours: by an address, a name that only this network has,
   * or one that the server knows of.
   * @param host a `Host` header, with or without port; "" where there is none, as only programs leave it out
   */
  knows(host: string): boolean {
    const name = nameOf(host);
    if (name === "" || isIP(name) !== 0 || !name.includes(".") || INSIDE.test(name)) return true;
    return this.#known.has(name) || this.#certificate?.checkHost(name) !== undefined;
  }
}

/** The name or address in a `Host` header (RFC 9110 §7.2), in lower case. */
function nameOf(host: string): string {
  const [, bracketed] = /^\[([^\]]*)\]/.exec(host) ?? [];
  return (bracketed ?? host.replace(/:\d*$/, "")).toLowerCase().replace(/\.$/, "");
}

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
 * Finds requests by a name that this server does not go by. Only those that come straight from a private
 * network to a private address: over the internet, an attacker needs no browser inside, and a proxy knows its
 * names.
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
