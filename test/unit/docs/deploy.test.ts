import { readFileSync } from "node:fs";
import { BlockList } from "node:net";
import { expect, test } from "vitest";
import { Proxies } from "../../../server/net/proxies.ts";

const read = (path: string) => readFileSync(new URL(`../../../deploy/${path}`, import.meta.url), "utf8");
const compose = read("compose.yaml");
const [, trusted = ""] = /TRUSTED_PROXIES: (\S+)/.exec(compose) ?? [];
const [, gateway = ""] = /gateway: (\S+)/.exec(compose) ?? [];

/** What the server in compose.yaml takes for the person's address. */
function seen(remoteAddress: string, forwarded: string): string {
  const headers = { host: "walls.example", "x-forwarded-for": forwarded };
  return new Proxies(trusted.split(",")).sourceOf({ socket: { remoteAddress }, headers } as never).address;
}

test("compose trusts the address that Caddy has, and no other container can have", () => {
  const [, caddy = ""] = /\n {2}caddy:\n[\s\S]*?ipv4_address: (\S+)/.exec(compose) ?? [];
  const [, range = ""] = /ip_range: (\S+)/.exec(compose) ?? [];
  const [start = "", bits] = range.split("/");
  const others = new BlockList();
  others.addSubnet(start, Number(bits));
  expect(trusted).toBe(caddy);
  expect(others.check(caddy)).toBe(false);
});

test("who comes through Docker's own proxy, which has the gateway's address, cannot say to be somebody else", () => {
  expect(gateway).not.toBe("");
  expect(seen(gateway, "198.51.100.7")).toBe(gateway);
  expect(seen(trusted, "198.51.100.7")).toBe("198.51.100.7");
  expect(seen(trusted, `198.51.100.7, ${gateway}`)).toBe(gateway);
  expect(read("Caddyfile")).toMatch(
    new RegExp(`@relayed \\{\\s+path /metrics .*\\s+remote_ip ${gateway}\\s`),
  );
});
