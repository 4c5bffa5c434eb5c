import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { Certificate } from "./certificate.ts";

export interface HostNamesOptions {
  /** Names by which people reach this server, as the configuration has them. */
  readonly hostnames: readonly string[];
  /** What this machine is called. */
  readonly machine: string;
}

/**
 * Ends of names that no one on the internet can have: RFC 6761 (`localhost`, `test`), RFC 6762 (`local`), RFC 8375
 * (`home.arpa`), ICANN's `internal`, and `lan`, which routers use.
 */
const INSIDE = /(^|\.)(localhost|test|local|home\.arpa|internal|lan)$/;

/**
 * By which names this server goes. A page of another site whose name is made to lead to this server (DNS rebinding) is to
 * its browser the same site as this server, and may ask it for anything; but it cannot hide its name.
 */
export class HostNames {
  readonly #known: ReadonlySet<string>;
  #certificate: X509Certificate | undefined;

  constructor({ hostnames, machine }: HostNamesOptions) {
    this.#known = new Set([machine, ...hostnames].map((name) => name.toLowerCase()));
  }

  /** The server proves that it has the names in this certificate. */
  certify({ cert }: Certificate): void {
    this.#certificate = new X509Certificate(cert);
  }

  /**
   * Whether a page asked for by this name is one of ours: by an address, a name that only this network has, or one that
   * the server knows of.
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
