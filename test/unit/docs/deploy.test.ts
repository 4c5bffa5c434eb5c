import { readFileSync } from "node:fs";
import { BlockList } from "node:net";
import { expect, test } from "vitest";
import { Proxies } from "../../../server/net/proxies.ts";

const read = (path: string) => readFileSync(new URL(`../../../deploy/${path}`, import.meta.url), "utf8");
const compose = read("compose.yaml");
const [, trusted = ""] = /TRUSTED_PROXIES: (\S+)/.exec(compose) ?? [];
const [, gateway = ""] = /gateway: (\S+)/.exec(compose) ?? [];

/** The address that the server in compose.yaml takes for the client's. */
function clientAddress(remoteAddress: string, forwarded: string): string {
  const headers = { host: "walls.example", "x-forwarded-for": forwarded };
  return new Proxies(trusted.split(",")).sourceOf({ socket: { remoteAddress }, headers } as never).address;
}

test("compose.yaml trusts only the address of Caddy, and no other container can get it", () => {
  const [, caddy = ""] = /\n {2}caddy:\n[\s\S]*?ipv4_address: (\S+)/.exec(compose) ?? [];
  const [, range = ""] = /ip_range: (\S+)/.exec(compose) ?? [];
  const [start = "", bits] = range.split("/");
  const others = new BlockList();
  others.addSubnet(start, Number(bits));
  expect(trusted).toBe(caddy);
  expect(others.check(caddy)).toBe(false);
});

test("a client behind Docker's own proxy, which has the gateway's address, cannot forge its address", () => {
  expect(gateway).not.toBe("");
  expect(clientAddress(gateway, "198.51.100.7")).toBe(gateway);
  expect(clientAddress(trusted, "198.51.100.7")).toBe("198.51.100.7");
  expect(clientAddress(trusted, `198.51.100.7, ${gateway}`)).toBe(gateway);
  expect(read("Caddyfile")).toMatch(
    new RegExp(`@relayed \\{\\s+path /metrics .*\\s+remote_ip ${gateway}\\s`),
  );
});
