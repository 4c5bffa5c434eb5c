import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { AddressRanges, plainAddress } from "./address.ts";

/** The sender of a request. */
export interface RequestSource {
  /** The address of the client; "" if its connection is closed already. */
  readonly address: string;
  /** The server's address that the client has reached; undefined behind a proxy. */
  readonly localAddress: string | undefined;
  /** Name and port in the URL that the client has requested. */
  readonly host: string;
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
    if (forwarded === undefined || !this.isTrusted(peer)) {
      const localAddress = socket.localAddress && plainAddress(socket.localAddress);
      return { address: peer, localAddress, host, direct: true };
    }
    const hops = String(forwarded).split(",").map(hopAddress);
    const client = hops.findLast((hop) => !this.isTrusted(hop)) ?? hops[0];
    const forwardedHost = headers["x-forwarded-host"];
    return {
      address: client !== undefined && isIP(client) !== 0 ? client : peer,
      localAddress: undefined,
      host: typeof forwardedHost === "string" ? forwardedHost : host,
      direct: false,
    };
  }
}

/** An entry of `X-Forwarded-For`, without port and brackets. */
function hopAddress(hop: string): string {
  const text = hop.trim();
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? [];
  const [, withPort] = /^([\d.]+):\d+$/.exec(text) ?? [];
  return plainAddress(bracketed ?? withPort ?? text);
}
