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
  /** Whether the request came straight from there, through no known proxy. */
  readonly direct: boolean;
}

const LOOPBACK = blockList(["127.0.0.0/8", "::1"]);
/**
 * Addresses that mean nothing on the internet: this machine's own (RFC 1122 §3.2.1.3), private ones (RFC
 * 1918), a carrier's (RFC 6598), link-local ones (RFC 3927, RFC 4291 §2.5.6) and unique local ones (RFC
 * 4193).
 */
const PRIVATE = blockList([
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "::1",
  "fc00::/7",
  "fe80::/10",
]);

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  return isIn(LOOPBACK, address);
}

/** Whether an address is of a private network or this machine's own. False for what is no address. */
export function isPrivate(address: string): boolean {
  return isIn(PRIVATE, address);
}

/** @param ranges addresses and subnets in CIDR form */
function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isIn(list: BlockList, address: string): boolean {
  const bare = address.replace(/%.*$/, "");
  return isIP(bare) !== 0 && list.check(bare, isIPv6(bare) ? "ipv6" : "ipv4");
}

/** Proxies whose word is taken for where a request comes from. */
export class Proxies {
  readonly #known: BlockList;

  /** @param ranges addresses and subnets in CIDR form */
  constructor(ranges: readonly string[]) {
    this.#known = blockList(ranges);
  }

  /** Whether an address is a known proxy's. */
  knows(address: string): boolean {
    return isIn(this.#known, plainAddress(address));
  }

  /**
   * Sees through proxies: the last address in `X-Forwarded-For` that is not a known proxy's is the person's.
   */
  originOf({ socket, headers }: Pick<IncomingMessage, "socket" | "headers">): Origin {
    const host = headers.host ?? "";
    const near = plainAddress(socket.remoteAddress ?? "");
    const forwarded = headers["x-forwarded-for"];
    if (forwarded === undefined || !this.knows(near)) {
      const localAddress = socket.localAddress && plainAddress(socket.localAddress);
      return { address: near, localAddress, host, direct: true };
    }
    const hops = String(forwarded).split(",").map(literal);
    const far = hops.findLast((hop) => !this.knows(hop)) ?? hops[0];
    const forwardedHost = headers["x-forwarded-host"];
    return {
      address: far !== undefined && isIP(far) !== 0 ? far : near,
      localAddress: undefined,
      host: typeof forwardedHost === "string" ? forwardedHost : host,
      direct: false,
    };
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
 * What stands for one network in counts: an IPv4 address, or the /48 of an IPv6 one, which is the most that
 * one site is given (RFC 6177 §2). Counted by /64, one such site would be 65,536 networks. Neighbours who
 * share a /48 share what a network may hold, as those behind a carrier's IPv4 NAT do.
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
    .slice(0, 3)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
