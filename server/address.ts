import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { plainAddress } from "./lan.ts";

/** Where a request comes from. */
export interface Origin {
  /** The address of the person's device or network; "" when it is gone already. */
  readonly address: string;
  /** The server's own address that was reached, or undefined behind a proxy: only that reached it. */
  readonly localAddress: string | undefined;
  /** Name and port by which the page was asked for. */
  readonly host: string;
}

/** Proxies whose word is taken for where a request comes from. */
export class Proxies {
  readonly #known = new BlockList();

  /** @param ranges addresses and subnets in CIDR form */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address = "", bits] = range.split("/");
      const family = isIPv6(address) ? "ipv6" : "ipv4";
      if (bits === undefined) this.#known.addAddress(address, family);
      else this.#known.addSubnet(address, Number(bits), family);
    }
  }

  /** Sees through proxies: the last address in `X-Forwarded-For` that is not a known proxy's is the person's. */
  originOf({ socket, headers }: Pick<IncomingMessage, "socket" | "headers">): Origin {
    const host = headers.host ?? "";
    const near = plainAddress(socket.remoteAddress ?? "");
    const forwarded = headers["x-forwarded-for"];
    if (forwarded === undefined || !this.#knows(near)) {
      return { address: near, localAddress: socket.localAddress && plainAddress(socket.localAddress), host };
    }
    const hops = String(forwarded).split(",").map(literal);
    const far = hops.findLast((hop) => !this.#knows(hop)) ?? hops[0];
    const forwardedHost = headers["x-forwarded-host"];
    return {
      address: far !== undefined && isIP(far) !== 0 ? far : near,
      localAddress: undefined,
      host: typeof forwardedHost === "string" ? forwardedHost : host,
    };
  }

  #knows(address: string): boolean {
    return isIP(address) !== 0 && this.#known.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  }
}

/** An address as proxies write it, without port and brackets. */
function literal(hop: string): string {
  const text = hop.trim();
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? [];
  const [, withPort] = /^([\d.]+):\d+$/.exec(text) ?? [];
  return plainAddress(bracketed ?? withPort ?? text);
}

/**
 * What stands for one person's network in counts: an IPv4 address, or the /64 of an IPv6 one, in which a
 * single device has addresses without end (RFC 6177).
 */
export function network(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.toLowerCase().replace(/%.*$/, "").split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    while (groups.length + after.length < 8) groups.push("0");
    groups.push(...after);
  }
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
