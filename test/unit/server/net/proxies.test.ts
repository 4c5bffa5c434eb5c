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
      direct: false,
    });
    expect(sourceOf("203.0.113.1", "198.51.100.1", "walls.example")).toEqual({
      address: "203.0.113.1",
      localAddress: "192.168.1.5",
      host: "inside:8080",
      direct: true,
    });
  });
});
