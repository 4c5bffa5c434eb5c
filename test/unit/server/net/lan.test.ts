import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import { describe, expect, test } from "vitest";
import { currentAddresses, lanAddresses, routedAddresses } from "../../../../server/net/lan.ts";

/** A network interface's address. */
function at(address: string, mac = "3c:22:fb:10:20:30", internal = false): NetworkInterfaceInfo {
  const family = address.includes(":") ? "IPv6" : "IPv4";
  return { address, family, internal, netmask: "", mac, cidr: null } as NetworkInterfaceInfo;
}

const LO = [at("127.0.0.1", "", true), at("::1", "", true)];
const LAPTOP = {
  lo: LO,
  wlan0: [at("fd00::2"), at("fe80::1"), at("192.168.1.5")],
  eth0: [at("10.0.0.5")],
};

describe("the addresses at which others reach a server", () => {
  test.each([
    ["::", ["192.168.1.5", "10.0.0.5", "fd00::2"]],
    ["0.0.0.0", ["192.168.1.5", "10.0.0.5"]],
    ["10.0.0.5", ["10.0.0.5"]],
    ["127.0.0.1", []],
  ])("that is bound to %s are %j", (host, expected) => {
    expect(lanAddresses(host, LAPTOP)).toEqual(expected);
  });

  test("begin with the one that leads to the internet", () => {
    expect(lanAddresses("::", LAPTOP, ["10.0.0.5"])).toEqual(["10.0.0.5", "192.168.1.5", "fd00::2"]);
  });

  test.each([
    {
      machine: "Windows with WSL and VirtualBox",
      interfaces: {
        "vEthernet (WSL (Hyper-V firewall))": [at("172.28.160.1", "00:15:5d:aa:bb:cc")],
        "Ethernet 2": [at("192.168.56.1", "0a:00:27:00:00:05")],
        "Ethernet 3": [at("169.254.83.107", "00:ff:12:34:56:78")],
        WLAN: [at("fe80::aa"), at("192.168.178.23")],
        "Loopback Pseudo-Interface 1": LO,
      },
      routed: ["192.168.178.23"],
      first: "192.168.178.23",
    },
    {
      machine: "a Mac with Docker and a VPN that takes all traffic",
      interfaces: {
        lo0: LO,
        bridge100: [at("192.168.64.1")],
        awdl0: [at("fe80::1")],
        utun4: [at("10.8.0.6", "00:00:00:00:00:00")],
        en0: [at("fe80::2"), at("192.168.0.12")],
      },
      routed: ["10.8.0.6"],
      first: "192.168.0.12",
    },
    {
      machine: "Linux with docker0 and two bridges",
      interfaces: {
        lo: LO,
        docker0: [at("172.17.0.1", "02:42:11:22:33:44")],
        "br-5f2c9d1a7b3e": [at("172.18.0.1", "02:42:55:66:77:88")],
        virbr0: [at("192.168.122.1", "52:54:00:aa:bb:cc")],
        enp3s0: [at("10.11.12.13")],
      },
      routed: ["10.11.12.13"],
      first: "10.11.12.13",
    },
    {
      machine: "a Raspberry Pi whose cable leads to no router",
      interfaces: { lo: LO, eth0: [at("169.254.12.34")], wlan0: [at("192.168.4.1")] },
      routed: [],
      first: "192.168.4.1",
    },
    {
      machine: "a Raspberry Pi that has given itself an address",
      interfaces: { lo: LO, eth0: [at("169.254.12.34"), at("fe80::5")] },
      routed: [],
      first: "169.254.12.34",
    },
    {
      machine: "a virtual machine of Hyper-V, which has no other network, with Docker",
      interfaces: {
        lo: LO,
        docker0: [at("172.17.0.1", "02:42:11:22:33:44")],
        eth0: [at("10.1.0.4", "00:15:5d:01:02:03")],
      },
      routed: ["10.1.0.4"],
      first: "10.1.0.4",
    },
    {
      machine: "a machine with a VPN for one company only, and two networks",
      interfaces: {
        lo: LO,
        wg0: [at("10.66.0.2", "00:00:00:00:00:00")],
        eth0: [at("192.168.20.2")],
        wlan0: [at("192.168.1.9")],
      },
      routed: ["192.168.1.9"],
      first: "192.168.1.9",
    },
    {
      machine: "a machine with IPv6 only, with Docker",
      interfaces: { lo: LO, docker0: [at("172.17.0.1", "02:42:11:22:33:44")], eth0: [at("2001:db8::7")] },
      routed: ["2001:db8::7"],
      first: "2001:db8::7",
    },
  ])("begin with the right one on $machine", ({ interfaces, routed, first }) => {
    expect(lanAddresses("::", interfaces, routed)[0]).toBe(first);
  });

  test("that lead to the internet are addresses of this machine", async () => {
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const routed of await routedAddresses()) expect(own.map(({ address }) => address)).toContain(routed);
  });
});

test("the machine's addresses are those of the moment, read at most once a second", () => {
  let time = 0;
  let reads = 0;
  let address = "192.168.1.5";
  const addresses = currentAddresses(
    "::",
    () => time,
    () => {
      reads++;
      return { eth0: [at(address)] };
    },
  );
  expect([addresses(), addresses()]).toEqual([["192.168.1.5"], ["192.168.1.5"]]);
  expect(reads).toBe(1);
  address = "10.0.0.9";
  time = 1_000;
  expect(addresses()).toEqual(["10.0.0.9"]);
});
