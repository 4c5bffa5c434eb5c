import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import { AddressRanges, type Interfaces } from "./address.ts";

/** Addresses that a machine gives itself where no router gives it one (RFC 3927). */
const SELF_ASSIGNED = new AddressRanges(["169.254.0.0/16"]);

/**
 * Names of interfaces that lead to no network in which phones are: containers and bridges of Docker, Podman,
 * libvirt and LXD, virtual machines of VirtualBox, VMware, Hyper-V and macOS, the Linux of Windows, VPNs, and
 * Apple's links between devices.
 */
const VIRTUAL_NAME = new RegExp(
  "^(docker|br-|veth|virbr|lxc|lxd|podman|cni|flannel|cali|vboxnet|vmnet|vmenet|bridge1\\d\\d|utun|tun|tap|" +
    "wg|ppp|ipsec|tailscale|zt|nordlynx|proton|awdl|llw|anpi|gif|stf)|" +
    "vEthernet|WSL|Hyper-V|VirtualBox|VMware|Docker|Tailscale|ZeroTier|WireGuard|OpenVPN|TAP-Windows|VPN",
  "i",
);

/**
 * First half of the hardware addresses of virtual adapters, for Windows, which names some as if they were
 * real: VirtualBox's own network, Docker, VMware, Hyper-V.
 */
const VIRTUAL_MAC = /^(0a:00:27|02:42|00:50:56:c0|00:15:5d)/i;

/**
 * Addresses of the internet for which the system selects the interface; nothing is sent to them. They are
 * reserved for documentation (RFC 5737, RFC 3849).
 */
const FAR = { udp4: "192.0.2.1", udp6: "2001:db8::1" } as const;
/** Any port: nothing is sent. */
const FAR_PORT = 9;

/**
 * The machine's own addresses on its way to the internet, by the routes of the system: at most one of IPv4
 * and one of IPv6.
 */
export async function routedAddresses(): Promise<string[]> {
  const found = await Promise.all([routedAddress("udp4"), routedAddress("udp6")]);
  return found.filter((address) => address !== undefined);
}

async function routedAddress(type: "udp4" | "udp6"): Promise<string | undefined> {
  const socket = createSocket(type);
  try {
    socket.connect(FAR_PORT, FAR[type]);
    await once(socket, "connect");
    return socket.address().address;
  } catch {
    // No such network.
    return;
  } finally {
    socket.close();
  }
}

/**
 * The addresses at which other machines reach a server that is bound to `host`, the likeliest first; none if
 * it is bound to loopback. Networks in which people are come before virtual ones, and among those of a kind
 * the one that leads to the internet. IPv4 comes before IPv6, because people can type it. Link-local IPv6 is
 * left out: it needs a zone, and browsers accept none.
 * @param routed see {@link routedAddresses}
 */
export function lanAddresses(
  host: string,
  interfaces: Interfaces = networkInterfaces(),
  routed: readonly string[] = [],
): string[] {
  return Object.entries(interfaces)
    .flatMap(([name, list]) => (list ?? []).map((info) => ({ name, info })))
    .filter(({ info: { internal, address } }) => !internal && !/^fe80:/i.test(address))
    .filter(({ info: { family, address } }) => {
      return host === "::" || (host === "0.0.0.0" && family === "IPv4") || host === address;
    })
    .map(({ name, info }) => ({ address: info.address, rank: rankOf(name, info, routed) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ address }) => address);
}

/** How long a reading of the machine's addresses counts, ms: a burst of joins costs one reading. */
const READING_MS = 1_000;

/**
 * Returns a function with the machine's addresses of this moment, see {@link lanAddresses}: a laptop moves to
 * another network while the server runs.
 * @param host as in {@link lanAddresses}
 * @param now monotonic time, ms
 */
export function currentAddresses(
  host: string,
  now: () => number,
  read: () => Interfaces = networkInterfaces,
): () => readonly string[] {
  let addresses: readonly string[] = [];
  let readAt = -Infinity;
  return () => {
    if (now() - readAt >= READING_MS) {
      addresses = lanAddresses(host, read());
      readAt = now();
    }
    return addresses;
  };
}

/**
 * Networks that container engines give their containers, where these see no name that tells: Docker's default
 * pools, Podman's, and that of rootless containers (slirp4netns).
 */
const CONTAINER_NETWORKS = new AddressRanges(["172.16.0.0/12", "10.88.0.0/16", "10.0.2.0/24"]);

/**
 * Whether a machine has addresses, and all lead to virtual networks, or to no network with a router.
 * @param isContainer whether addresses that containers usually have count as virtual
 */
export function hasOnlyVirtual(interfaces: Interfaces, isContainer: boolean): boolean {
  const addresses = Object.entries(interfaces)
    .flatMap(([name, list]) => (list ?? []).map((info) => ({ name, info })))
    .filter(({ info: { internal, address } }) => !internal && !/^fe80:/i.test(address));
  return (
    addresses.length > 0 &&
    addresses.every(
      ({ name, info }) => isVirtual(name, info) || (isContainer && CONTAINER_NETWORKS.includes(info.address)),
    )
  );
}

function isVirtual(name: string, { mac, address }: NetworkInterfaceInfo): boolean {
  return VIRTUAL_NAME.test(name) || VIRTUAL_MAC.test(mac) || SELF_ASSIGNED.includes(address);
}

/** The less, the likelier it is that phones reach the address. */
function rankOf(name: string, info: NetworkInterfaceInfo, routed: readonly string[]): number {
  const kind = SELF_ASSIGNED.includes(info.address) ? 2 : isVirtual(name, info) ? 1 : 0;
  return 4 * kind + 2 * Number(isIPv6(info.address)) + Number(!routed.includes(info.address));
}
