import { isIPv6 } from "node:net";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** The address to bind for `host`: on a machine without IPv6, `::` becomes `0.0.0.0`. */
export function bindAddress(host: string, interfaces: Interfaces = networkInterfaces()): string {
  const hasIPv6 = all(interfaces).some(({ family }) => family === "IPv6");
  return host === "::" && !hasIPv6 ? "0.0.0.0" : host;
}

/**
 * Addresses at which other machines reach a server bound to `host`, IPv4 first, as that is what
 * people can read out; none when only this machine can reach it. Link-local IPv6 is left out: it
 * needs a zone that nobody can type.
 */
export function lanAddresses(host: string, interfaces: Interfaces = networkInterfaces()): string[] {
  return all(interfaces)
    .filter(({ internal, address }) => !internal && !address.toLowerCase().startsWith("fe80:"))
    .filter(
      ({ family, address }) => host === "::" || (host === "0.0.0.0" && family === "IPv4") || host === address,
    )
    .map(({ address }) => address)
    .sort((a, b) => Number(isIPv6(a)) - Number(isIPv6(b)));
}

function all(interfaces: Interfaces): NetworkInterfaceInfo[] {
  return Object.values(interfaces).flatMap((list) => list ?? []);
}

/** An IPv4 address that an IPv6 socket shows as `::ffff:a.b.c.d`, in its own form; others as they are. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** `http://address:port`, or with `https`, and with brackets around IPv6. */
export function pageUrl(address: string, port: number, secure: boolean): string {
  return `${secure ? "https" : "http"}://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}
