import { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Logger } from "pino";
import { isPrivate, nameInHost } from "./address.ts";
import { Explanations } from "./explanations.ts";
import type { Proxies } from "./proxies.ts";

export interface HostNamesOptions {
  /** The setting `HOSTNAMES`. */
  readonly hostnames: readonly string[];
  /** The host name of this machine. */
  readonly machine: string;
}

/**
 * Domains whose names nobody can register on the internet: RFC 6761 (`localhost`, `test`), RFC 6762
 * (`local`), RFC 8375 (`home.arpa`), ICANN's `internal`, and `lan`, which routers use.
 */
export const LOCAL_DOMAINS: readonly string[] = [
  "localhost",
  "test",
  "local",
  "home.arpa",
  "internal",
  "lan",
];

/** Whether a name is one of these domains or below one. All are in lower case. */
export function isWithin(name: string, domains: readonly string[]): boolean {
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
}

/** The host names of this server. */
export class HostNames {
  readonly #names: ReadonlySet<string>;
  #certificate: X509Certificate | undefined;

  constructor({ hostnames, machine }: HostNamesOptions) {
    this.#names = new Set([machine, ...hostnames].map((name) => name.toLowerCase()));
  }

  /** Replaces the certificate whose names count as this server's. */
  setCertificate({ cert }: { cert: string }): void {
    this.#certificate = new X509Certificate(cert);
  }

  /**
   * Whether a `Host` header names this server: by an address, by a name that no attacker can register, by a
   * configured name or by a name in the certificate.
   * @param host with or without a port; "" if the header is missing, which no browser does
   */
  includes(host: string): boolean {
    const name = nameInHost(host);
    if (name === "" || isIP(name) !== 0 || !name.includes(".") || isWithin(name, LOCAL_DOMAINS)) return true;
    return this.#names.has(name) || this.#certificate?.checkHost(name) !== undefined;
  }
}

export interface RebindingGuardOptions {
  readonly proxies: Proxies;
  readonly names: HostNames;
  /** Monotonic time, ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/** How many characters of a name are logged. */
const LOGGED_NAME_LENGTH = 100;

/**
 * Protects against DNS rebinding: a page of another site whose name is made to resolve to this server has the
 * same origin as this server and could request anything from it, but its requests carry its own host name.
 *
 * Refuses requests with an unknown host name, if they come directly from a private address to a private
 * address. Others need no check: over the internet an attacker needs no victim's browser, and a proxy knows
 * its host names itself.
 */
export class RebindingGuard {
  readonly #options: RebindingGuardOptions;
  readonly #explanations: Explanations;

  constructor(options: RebindingGuardOptions) {
    this.#options = options;
    this.#explanations = new Explanations(options.now);
  }

  /** Whether to answer a request with 421 (RFC 9110 §15.5.20). */
  refuses(request: Pick<IncomingMessage, "socket" | "headers">): boolean {
    const { proxies, names, log } = this.#options;
    const { address, localAddress = "", host, direct } = proxies.sourceOf(request);
    if (!direct || !isPrivate(address) || !isPrivate(localAddress) || names.includes(host)) return false;
    const logged = host.slice(0, LOGGED_NAME_LENGTH);
    if (this.#explanations.isDue(logged)) {
      log.warn({ host: logged }, "unknown host name refused; if it is this server's, add it to HOSTNAMES");
    }
    return true;
  }
}
