import { BlockList, isIP, isIPv6 } from "node:net";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** A set of addresses and subnets. */
export class AddressRanges {
  readonly #list = new BlockList();

  /** @param ranges addresses and subnets in CIDR notation */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address = "", bits] = range.split("/");
      const family = isIPv6(address) ? "ipv6" : "ipv4";
      if (bits === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, Number(bits), family);
    }
  }

  /** Whether an address is in one of the ranges. False for text that is no address. */
  includes(address: string): boolean {
    const withoutZone = address.replace(/%.*$/, "");
    const isAddress = isIP(withoutZone) !== 0;
    return isAddress && this.#list.check(withoutZone, isIPv6(withoutZone) ? "ipv6" : "ipv4");
  }
}

const LOOPBACK = new AddressRanges(["127.0.0.0/8", "::1"]);
/**
 * Addresses that are not routed on the internet: loopback (RFC 1122 §3.2.1.3), private (RFC 1918), a
 * carrier's shared ones (RFC 6598), link-local (RFC 3927, RFC 4291 §2.5.6), unique local (RFC 4193).
 */
export const PRIVATE_RANGES: readonly string[] = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "::1",
  "fc00::/7",
  "fe80::/10",
];
const PRIVATE = new AddressRanges(PRIVATE_RANGES);

/** Whether an address is a loopback address. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.includes(address);
}

/** Whether an address is of a private network, or a loopback address. False for text that is no address. */
export function isPrivate(address: string): boolean {
  return PRIVATE.includes(address);
}

/** Turns an IPv4-mapped IPv6 address, `::ffff:a.b.c.d`, into `a.b.c.d`. Returns others unchanged. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/**
 * The key under which the clients of one network are counted: an IPv4 address, or the /48 of an IPv6 address,
 * which is the most that one site is assigned (RFC 6177 §2). Counted per /64, one such site would be 65,536
 * networks. Sites that share a /48 share its limits, like the customers behind a carrier's IPv4 NAT.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  return groupsOf(address)
    .slice(0, 3)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

/** The eight groups of an IPv6 address, as they are written. One with a part of IPv4 has seven. */
function groupsOf(address: string): string[] {
  const [head = "", tail] = address.toLowerCase().replace(/%.*$/, "").split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail === undefined) return groups;
  const after = tail === "" ? [] : tail.split(":");
  while (groups.length + after.length < 8) groups.push("0");
  return [...groups, ...after];
}

/** The bytes of an address: 4 or 16. */
export function addressBytes(address: string): number[] {
  if (!isIPv6(address)) return address.split(".").map(Number);
  return groupsOf(address).flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** All addresses of a machine. */
function all(interfaces: Interfaces): NetworkInterfaceInfo[] {
  return Object.values(interfaces).flatMap((list) => list ?? []);
}

/** The address to bind for `host`: on a machine without IPv6, `::` becomes `0.0.0.0`. */
export function bindAddress(host: string, interfaces: Interfaces = networkInterfaces()): string {
  const hasIPv6 = all(interfaces).some(({ family }) => family === "IPv6");
  return host === "::" && !hasIPv6 ? "0.0.0.0" : host;
}

/** The name or address in a `Host` header (RFC 9110 §7.2), in lower case. */
export function nameInHost(host: string): string {
  const [, bracketed] = /^\[([^\]]*)\]/.exec(host) ?? [];
  return (bracketed ?? host.replace(/:\d*$/, "")).toLowerCase().replace(/\.$/, "");
}

/** A name, whose labels begin and end with no hyphen (RFC 1123 §2.1), or an address, and a port. */
const HOST = /^((?:(?!-)[\w-]+(?<!-)\.)*(?!-)[\w-]+(?<!-)\.?|\[[\da-f:.]+\])(:\d*)?$/i;

/** Whether the text of a `Host` header can be put into a URL. */
export function isHost(text: string): boolean {
  return HOST.test(text) && URL.canParse(`http://${text}`);
}

/** The URL of the start page: `http://address:port` or `https://…`, with brackets around IPv6. */
export function pageUrl(address: string, port: number, secure: boolean): string {
  return `${secure ? "https" : "http"}://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}
