import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";
import {
  bindAddress,
  isLoopback,
  isPrivate,
  networkOf,
  plainAddress,
} from "../../../../server/net/address.ts";

/** A network interface's address. */
function at(address: string, internal = false): NetworkInterfaceInfo {
  const family = address.includes(":") ? "IPv6" : "IPv4";
  return { address, family, internal, netmask: "", mac: "", cidr: null } as NetworkInterfaceInfo;
}

const LAPTOP = {
  lo: [at("127.0.0.1", true), at("::1", true)],
  wlan0: [at("fd00::2"), at("fe80::1"), at("192.168.1.5")],
  eth0: [at("10.0.0.5")],
};
const WITHOUT_IPV6 = { lo: [at("127.0.0.1", true)], eth0: [at("10.0.0.5")] };

test("on a machine without IPv6, :: is bound as 0.0.0.0", () => {
  expect(bindAddress("::", WITHOUT_IPV6)).toBe("0.0.0.0");
  expect(bindAddress("::", LAPTOP)).toBe("::");
  expect(bindAddress("10.0.0.5", WITHOUT_IPV6)).toBe("10.0.0.5");
});

test("an IPv4-mapped IPv6 address is turned into the IPv4 address", () => {
  expect(plainAddress("::ffff:192.168.1.5")).toBe("192.168.1.5");
  expect(plainAddress("fd00::2")).toBe("fd00::2");
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1"],
  ["2001:db8:1:ffff::", "2001:db8:1"],
  ["2001:DB8::1", "2001:db8:0"],
  ["2001:db8:0001::1", "2001:db8:1"],
  ["::1", "0:0:0"],
  ["fe80::1%eth0", "fe80:0:0"],
])("%s is counted as network %s", (address, expected) => {
  expect(networkOf(address)).toBe(expected);
});

test.each([
  ["127.0.0.1", true, true],
  ["::1", true, true],
  ["192.168.1.5", false, true],
  ["172.31.255.255", false, true],
  ["172.32.0.1", false, false],
  ["100.64.0.1", false, true],
  ["fd00::1", false, true],
  ["fe80::1%eth0", false, true],
  ["203.0.113.1", false, false],
  ["2001:db8::1", false, false],
  ["", false, false],
  ["127.0.0.1.example", false, false],
])("%s: loopback %s, private %s", (address, loopback, isPrivateAddress) => {
  expect([isLoopback(address), isPrivate(address)]).toEqual([loopback, isPrivateAddress]);
});
