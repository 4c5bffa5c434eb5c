import { describe, expect, test } from "vitest";
import { Proxies } from "../../../../server/net/proxies.ts";

describe("the source of a request", () => {
  const proxies = new Proxies(["127.0.0.0/8", "10.0.0.1", "fd00::/8"]);
  const sourceOf = (remoteAddress: string, forwarded?: string, host?: string) =>
    proxies.sourceOf({
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
  ])("from %s with X-Forwarded-For %s is %s", (peer, forwarded, address) => {
    expect(sourceOf(peer, forwarded).address).toBe(address);
  });

  test("includes the name that the proxy forwards, but only of a trusted proxy", () => {
    expect(sourceOf("127.0.0.1", "198.51.100.1", "walls.example")).toEqual({
      address: "198.51.100.1",
      localAddress: undefined,
      host: "walls.example",
      route: { reached: [], isOutside: true },
      direct: false,
    });
    expect(sourceOf("203.0.113.1", "198.51.100.1", "walls.example")).toEqual({
      address: "203.0.113.1",
      localAddress: "192.168.1.5",
      host: "inside:8080",
      route: { reached: [], isOutside: true },
      direct: true,
    });
  });

  test("has the name that the first of several proxies was asked for", () => {
    const { host } = sourceOf("127.0.0.1", "198.51.100.1, 10.0.0.1", "walls.example, inner.local");
    expect(host).toBe("walls.example");
    expect(sourceOf("127.0.0.1", "198.51.100.1", "").host).toBe("inside:8080");
  });

  test("has the Host header's name if nobody says to have forwarded it", () => {
    expect(sourceOf("127.0.0.1", undefined, "walls.example").host).toBe("inside:8080");
  });

  test.each([
    // In a container: the address in the URL is that of the machine around it.
    ["192.168.1.7", "192.168.7.7:8080", ["192.168.7.7", "192.168.1.5"], false],
    ["192.168.1.7", "walls.local:8080", ["192.168.1.5"], false],
    ["192.168.1.7", "192.168.1.5", ["192.168.1.5"], false],
    ["fd12::1", "[fd12::5]:8080", ["fd12::5", "192.168.1.5"], false],
    // From the internet nobody learns of the private address, also through a proxy of the container engine.
    ["198.51.100.1", "walls.example", [], true],
    ["198.51.100.1", "203.0.113.9:8080", ["203.0.113.9"], true],
    ["172.17.0.1", "203.0.113.9:8080", ["203.0.113.9"], true],
    // On the same machine.
    ["192.168.1.5", "127.0.0.1:8080", ["192.168.1.5"], false],
  ])("from %s to %s has reached %j, from outside: %s", (client, host, reached, isOutside) => {
    const socket = { remoteAddress: client, localAddress: "192.168.1.5" };
    const { route } = proxies.sourceOf({ socket, headers: { host } } as never);
    expect(route).toEqual({ reached, isOutside });
  });
});
