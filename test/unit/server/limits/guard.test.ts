import { describe, expect, test } from "vitest";
import { readConfig } from "../../../../server/config/config.ts";
import { Guard } from "../../../../server/limits/guard.ts";
import { isLoopback, isPrivate, network, Proxies } from "../../../../server/net/address.ts";
import type { LightwallError } from "../../../../server/protocol/errors.ts";
import type { Role } from "../../../../server/protocol/messages.ts";

test("a guard counts a network's sockets in and out", () => {
  const guard = new Guard({ ...readConfig({}), socketsPerAddress: 2, now: () => 0 });
  expect([1, 2, 3].map(() => guard.enter("192.0.2.1"))).toEqual([true, true, false]);
  expect(guard.enter("192.0.2.2")).toBe(true);
  guard.leave("192.0.2.1");
  expect([1, 2].map(() => guard.enter("192.0.2.1"))).toEqual([true, false]);
});

describe("offers", () => {
  const make = (joinsPerMinute: number, now = () => 0) => {
    const guard = new Guard({ ...readConfig({}), joinsPerMinute, now });
    return (session: string, address = "192.0.2.1", role: Role = "listener") => {
      try {
        guard.offer(session, address, role);
        return "made";
      } catch (error) {
        return (error as LightwallError).code;
      }
    };
  };

  test("a page makes five at once, then one a second", () => {
    let time = 0;
    const offer = make(100, () => time);
    const made = (count: number) =>
      Array.from({ length: count }, () => offer("page")).filter((one) => one === "made").length;
    expect(made(6)).toBe(5);
    expect(offer("page")).toBe("server-full");
    expect(offer("other")).toBe("made");
    time += 2_000;
    expect(made(5)).toBe(2);
  });

  test("a network makes as many as it joins screens, and its hosts' are counted apart", () => {
    const offer = make(3);
    expect(["a", "b", "c", "d"].map((page) => offer(page))).toEqual(["made", "made", "made", "server-full"]);
    expect(offer("host", "192.0.2.1", "host")).toBe("made");
    expect(offer("d", "192.0.2.2")).toBe("made");
  });
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1"],
  ["2001:db8:1:ffff::", "2001:db8:1"],
  ["2001:DB8::1", "2001:db8:0"],
  ["2001:db8:0001::1", "2001:db8:1"],
  ["::1", "0:0:0"],
  ["fe80::1%eth0", "fe80:0:0"],
])("%s is of the network %s", (address, expected) => {
  expect(network(address)).toBe(expected);
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
])("%s is this machine's own: %s; private: %s", (address, own, inside) => {
  expect([isLoopback(address), isPrivate(address)]).toEqual([own, inside]);
});

describe("proxies", () => {
  const proxies = new Proxies(["127.0.0.0/8", "10.0.0.1", "fd00::/8"]);
  const originOf = (remoteAddress: string, forwarded?: string, host?: string) =>
    proxies.originOf({
      socket: { remoteAddress, localAddress: "::ffff:192.168.1.5" },
      headers: {
        host: "inside:8080",
        ...(forwarded !== undefined && { "x-forwarded-for": forwarded }),
        ...(host !== undefined && { "x-forwarded-host": host }),
      },
    } as never);

  test.each([
    ["203.0.113.1", undefined, "203.0.113.1"],
    ["203.0.113.1", "198.51.100.1", "203.0.113.1"],
    ["::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["127.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.1", "198.51.100.1"],
    ["fd00::1", "2001:db8::1", "2001:db8::1"],
    ["127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"],
    ["127.0.0.1", "198.51.100.1:4711", "198.51.100.1"],
    ["127.0.0.1", "10.0.0.1", "10.0.0.1"],
    ["127.0.0.1", "unknown", "127.0.0.1"],
    ["127.0.0.1", "", "127.0.0.1"],
  ])("from %s with %s it is %s", (near, forwarded, address) => {
    expect(originOf(near, forwarded).address).toBe(address);
  });

  test("hide the server's own address and tell the name that was asked for, if they are trusted", () => {
    expect(originOf("127.0.0.1", "198.51.100.1", "walls.example")).toEqual({
      address: "198.51.100.1",
      localAddress: undefined,
      host: "walls.example",
      direct: false,
    });
    expect(originOf("203.0.113.1", "198.51.100.1", "walls.example")).toEqual({
      address: "203.0.113.1",
      localAddress: "192.168.1.5",
      host: "inside:8080",
      direct: true,
    });
  });
});
