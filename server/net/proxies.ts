import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { AddressRanges, isLoopback, isPrivate, nameInHost, plainAddress } from "./address.ts";

/** How a client has come to this server. */
export interface Route {
  /** The addresses of this server that the client has reached, as far as they are known; the best first. */
  readonly reached: readonly string[];
  /** Whether it comes from the internet. Then it is told no address of a private network. */
  readonly isOutside: boolean;
}

/** The sender of a request. */
export interface RequestSource {
  /** The address of the client; "" if its connection is closed already. */
  readonly address: string;
  /** The server's address that the client has reached; undefined behind a proxy. */
  readonly localAddress: string | undefined;
  /** Name and port in the URL that the client has requested. */
  readonly host: string;
  readonly route: Route;
  /** Whether the client is connected directly, not through a trusted proxy. */
  readonly direct: boolean;
}

/** The reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Host` the server trusts. */
export class Proxies {
  readonly #trusted: AddressRanges;

  /** @param ranges addresses and subnets in CIDR notation */
  constructor(ranges: readonly string[]) {
    this.#trusted = new AddressRanges(ranges);
  }

  /** Whether an address is that of a trusted proxy. */
  isTrusted(address: string): boolean {
    return this.#trusted.includes(plainAddress(address));
  }

  /**
   * Finds the client behind trusted proxies: the last address in `X-Forwarded-For` that is not a trusted
   * proxy. A client can forge the addresses before that one.
   */
  sourceOf({ socket, headers }: Pick<IncomingMessage, "socket" | "headers">): RequestSource {
    const host = headers.host ?? "";
    const peer = plainAddress(socket.remoteAddress ?? "");
    const forwarded = headers["x-forwarded-for"];
    // Without that header nobody has forwarded it: a page of this machine could then name any host.
    if (forwarded === undefined || !this.isTrusted(peer)) {
      const localAddress = socket.localAddress && plainAddress(socket.localAddress);
      return { address: peer, localAddress, host, route: routeOf(peer, host, localAddress), direct: true };
    }
    const hops = String(forwarded).split(",").map(hopAddress);
    const client = hops.findLast((hop) => !this.isTrusted(hop)) ?? hops[0];
    const named = firstOf(headers["x-forwarded-host"]) || host;
    const address = client !== undefined && isIP(client) !== 0 ? client : peer;
    const route = routeOf(address, named, undefined);
    return { address, localAddress: undefined, host: named, route, direct: false };
  }
}

/**
 * How a client has come. An address in its URL is one that it reaches: the server itself may have another one
 * in a container and behind a NAT.
 */
function routeOf(address: string, host: string, localAddress: string | undefined): Route {
  const inUrl = addressIn(host);
  const isOutside = !isPrivate(address) || (inUrl !== undefined && !isPrivate(inUrl));
  const known = [inUrl, localAddress].filter((one) => one !== undefined);
  const reached = [...new Set(known)].filter((one) => !isOutside || !isPrivate(one));
  return { reached, isOutside };
}

/** The address in a Host header; undefined if it has a name, or the address of the client's own machine. */
function addressIn(host: string): string | undefined {
  const address = nameInHost(host);
  return isIP(address) !== 0 && !isLoopback(address) ? address : undefined;
}

/** An entry of `X-Forwarded-For`, without port and brackets. */
function hopAddress(hop: string): string {
  const text = hop.trim();
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? [];
  const [, withPort] = /^([\d.]+):\d+$/.exec(text) ?? [];
  return plainAddress(bracketed ?? withPort ?? text);
}

/** The first of a header's values: what the first of several proxies was asked for; "" for none. */
function firstOf(header: string | string[] | undefined): string {
  return String(header ?? "")
    .split(",")[0]!
    .trim();
}
