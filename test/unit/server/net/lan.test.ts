import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";
import { bindAddress, lanAddresses, plainAddress } from "../../../../server/net/lan.ts";

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

test.each([
  ["::", ["192.168.1.5", "10.0.0.5", "fd00::2"]],
  ["0.0.0.0", ["192.168.1.5", "10.0.0.5"]],
  ["10.0.0.5", ["10.0.0.5"]],
  ["127.0.0.1", []],
])("bound to %s, others reach the server at %j", (host, expected) => {
  expect(lanAddresses(host, LAPTOP)).toEqual(expected);
});

test("every address means every IPv4 address on a machine without IPv6", () => {
  expect(bindAddress("::", WITHOUT_IPV6)).toBe("0.0.0.0");
  expect(bindAddress("::", LAPTOP)).toBe("::");
  expect(bindAddress("10.0.0.5", WITHOUT_IPV6)).toBe("10.0.0.5");
});

test("an IPv4 address in IPv6 clothes is shown plain", () => {
  expect(plainAddress("::ffff:192.168.1.5")).toBe("192.168.1.5");
  expect(plainAddress("fd00::2")).toBe("fd00::2");
});
