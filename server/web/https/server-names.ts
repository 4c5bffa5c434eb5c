import { isIP } from "node:net";

/** What a DNS name in a certificate may be here: labels of letters, digits, hyphens and underscores. */
const DNS_NAME = /^[\w-]{1,63}(\.[\w-]{1,63})*$/;

export interface ServerNames {
  /** The host name of this machine. */
  readonly machine: string;
  /** The setting `MDNS_NAME`; "" for none. */
  readonly mdnsName: string;
  /** The setting `HOSTNAMES`. */
  readonly hostnames: readonly string[];
  /** The addresses at which other devices reach the server. */
  readonly lan: readonly string[];
}

/**
 * The names and addresses by which a server is called in its own network, in lower case: also the names that
 * it and its machine have without a DNS server (mDNS, RFC 6762).
 */
export function serverNames({ machine, mdnsName, hostnames, lan }: ServerNames): string[] {
  const name = machine.toLowerCase();
  const bare = name.split(".")[0]!;
  const local = [bare, mdnsName].filter((label) => label !== "").map((label) => `${label}.local`);
  const names = ["localhost", "127.0.0.1", "::1", ...lan, name, ...local, ...hostnames];
  return [...new Set(names)].filter((one) => isIP(one) !== 0 || DNS_NAME.test(one));
}
