import { describe, expect, test } from "vitest";
import { clockFinding } from "../../../../server/check/clock.ts";
import { reachedFinding, report } from "../../../../server/check/doctor.ts";
import { type Facts, openFilesMax } from "../../../../server/check/facts.ts";
import { type CheckedConfig, findingsOf } from "../../../../server/check/findings.ts";
import { firewallFinding } from "../../../../server/check/firewall.ts";
import { readConfig } from "../../../../server/config/config.ts";
import { hasOnlyVirtual } from "../../../../server/net/lan.ts";

const NOW = Date.UTC(2026, 11, 24);
const DAY_MS = 86_400_000;

const HEALTHY: Facts = {
  now: NOW,
  builtAt: NOW - 30 * DAY_MS,
  nodeVersion: "24.21.0",
  isInContainer: false,
  addresses: ["192.168.1.5"],
  areAllVirtual: false,
  openFilesMax: undefined,
  dataDir: { path: "/data", isWritable: true, freeBytes: 10 ** 10 },
  memoryBytes: 8 * 2 ** 30,
  certificate: undefined,
};

const CERTIFICATE = {
  validFrom: NOW - DAY_MS,
  validTo: NOW + 60 * DAY_MS,
  names: (host: string) => host === "lights.example.org",
};
const TLS = { TLS_CERT: "/cert.pem", TLS_KEY: "/key.pem" };

/** What is not right with these facts and settings: the level and the text. */
function found(facts: Partial<Facts>, env: Record<string, string> = {}): string[] {
  const config: CheckedConfig = readConfig(env);
  return findingsOf({ ...HEALTHY, ...facts }, config)
    .filter(({ level }) => level !== "ok")
    .map(({ level, text }) => `${level}: ${text}`);
}

test("a machine on which all is right has nothing to tell but that there is no HTTPS", () => {
  expect(found({})).toEqual(["note: Pages come without HTTPS."]);
  expect(found({}, { HTTPS: "true" })).toEqual([]);
  expect(found({}, { PUBLIC_URL: "https://lights.example.org" })).toEqual([]);
});

const container = { isInContainer: true, areAllVirtual: true, addresses: ["172.17.0.2"] };
const secure = (facts: Partial<Facts>) => ({ certificate: CERTIFICATE, ...facts });

test.each<[string, string, Partial<Facts>, Record<string, string>]>([
  ["an old Node", "problem: Node is 20.1.0, which is too old.", { nodeVersion: "20.1.0" }, {}],
  [
    "a clock of the last century",
    "problem: The clock says 1970-01-02, which is before this program was made.",
    { now: DAY_MS },
    {},
  ],
  [
    "a container",
    "warning: This container knows only addresses of its own network (172.17.0.2).",
    container,
    {},
  ],
  [
    "a container that is opened by a name",
    "problem: This container knows only addresses of its own network (172.17.0.2).",
    container,
    { PUBLIC_URL: "http://lights.example.org" },
  ],
  [
    "a machine with a VPN only",
    "warning: All addresses of this machine belong to virtual networks or VPNs (10.8.0.2).",
    { areAllVirtual: true, addresses: ["10.8.0.2"] },
    {},
  ],
  [
    "a machine without a network",
    "warning: This machine has no address in a network.",
    { addresses: [] },
    {},
  ],
  [
    "a server for this machine only",
    "warning: The UDP port is bound to loopback.",
    {},
    { HOST: "127.0.0.1" },
  ],
  [
    "an address that is none",
    "problem: ANNOUNCE names 0.0.0.0, which no other device reaches.",
    {},
    { ANNOUNCE: "203.0.113.7,0.0.0.0" },
  ],
  [
    "an address of every device itself",
    "problem: ANNOUNCE names localhost, which no other device reaches.",
    {},
    { ANNOUNCE: "localhost" },
  ],
  [
    "few files",
    "warning: With 1024 open files the server holds 824 connections, not 40000.",
    { openFilesMax: 1_024 },
    {},
  ],
  [
    "little memory",
    "warning: 512 MiB of memory hold about 2904 screens, fewer than LISTENERS_MAX=5000.",
    { memoryBytes: 512 * 2 ** 20 },
    {},
  ],
  [
    "a data directory of another user",
    "problem: DATA_DIR, /data, cannot be written.",
    { dataDir: { path: "/data", isWritable: false, freeBytes: 0 } },
    {},
  ],
  [
    "a full disk",
    "warning: 3 MiB are free in DATA_DIR, /data.",
    { dataDir: { path: "/data", isWritable: true, freeBytes: 3 * 2 ** 20 } },
    {},
  ],
  ["no certificate", "problem: TLS_CERT names no certificate that can be read.", {}, TLS],
  [
    "an old certificate",
    "problem: The certificate in TLS_CERT ended on 2026-12-23.",
    secure({ certificate: { ...CERTIFICATE, validTo: NOW - DAY_MS } }),
    TLS,
  ],
  [
    "a certificate that ends soon",
    "warning: The certificate in TLS_CERT ends on 2026-12-27.",
    secure({ certificate: { ...CERTIFICATE, validTo: NOW + 3 * DAY_MS } }),
    TLS,
  ],
  [
    "a certificate of tomorrow",
    "problem: The certificate in TLS_CERT is not valid yet.",
    secure({ certificate: { ...CERTIFICATE, validFrom: NOW + DAY_MS } }),
    TLS,
  ],
  [
    "a certificate for another name",
    "problem: The certificate in TLS_CERT is not for other.example, the name in PUBLIC_URL.",
    secure({}),
    { ...TLS, PUBLIC_URL: "https://other.example" },
  ],
])("%s is told", (_, expected, facts, env) => {
  expect(found(facts, env).filter((text) => !text.endsWith("without HTTPS."))).toEqual([expected]);
});

test("a container whose address is announced needs nothing", () => {
  expect(found(container, { ANNOUNCE: "lights.example.org", HTTPS: "true" })).toEqual([]);
});

test("each finding is one line", () => {
  const all = findingsOf({ ...HEALTHY, ...container, openFilesMax: 100, memoryBytes: 1 }, readConfig({}));
  for (const { text, advice } of all) expect(text + advice).not.toContain("\n");
});

test("the soft limit of files is read as the kernel writes it", () => {
  const head = "Limit                     Soft Limit           Hard Limit           Units\n";
  expect(
    openFilesMax(`${head}Max open files            1024                 524288               files\n`),
  ).toBe(1_024);
  expect(
    openFilesMax(`${head}Max open files            unlimited            unlimited            files\n`),
  ).toBe(undefined);
});

describe("addresses of virtual networks", () => {
  const at = (address: string, mac = "3c:22:fb:10:20:30") =>
    ({ address, mac, family: "IPv4", internal: false, netmask: "", cidr: null }) as const;

  test.each([
    ["Docker's, in a container", { eth0: [at("172.17.0.2")] }, true, true],
    ["the same of a house", { eth0: [at("172.17.0.2")] }, false, false],
    ["Podman's, in a container", { eth0: [at("10.88.0.3")] }, true, true],
    ["a VPN's", { tun0: [at("10.8.0.2")] }, false, true],
    ["a VPN's beside a house's", { tun0: [at("10.8.0.2")], eth0: [at("192.168.1.2")] }, false, false],
    ["none", {}, true, false],
  ])("%s", (_, interfaces, isContainer, expected) => {
    expect(hasOnlyVirtual(interfaces, isContainer)).toBe(expected);
  });
});

test.each([
  ["win32", "", "netsh advfirewall"],
  ["darwin", "", "accept incoming connections"],
  ["linux", "ufw", "sudo ufw allow 8080/tcp && sudo ufw allow 9090/udp"],
  ["linux", "firewall-cmd", "sudo firewall-cmd --add-port=8080/tcp --add-port=9090/udp"],
  ["linux", "nft", "udp dport 9090"],
  ["linux", "", "a router or a cloud may have one"],
] as const)("on %s with %s the firewall is opened so", (platform, installed, advice) => {
  const has = (program: string) => program === installed;
  expect(firewallFinding({ platform, has, port: 8080, udpPort: 9090 }).advice).toContain(advice);
});

test.each([
  [undefined, "note: No time server answers."],
  [3, "ok: The clock is right."],
  [-120.4, "problem: The clock is 120 seconds slow."],
  [90, "problem: The clock is 90 seconds fast."],
])("a clock that is %s seconds ahead", (ahead, expected) => {
  const { level, text } = clockFinding(ahead);
  expect(`${level}: ${text}`).toBe(expected);
});

test.each([
  [{ http: undefined }, "problem: At 192.168.1.5 no page comes."],
  [{ http: "lightwall" }, "problem: At 192.168.1.5 pages come, but no WebSocket answers."],
  [
    { http: "lightwall", socketMs: 1 },
    "problem: At 192.168.1.5 pages and WebSockets work, but UDP does not.",
  ],
  [
    { http: "lightwall", socketMs: 1, udpMs: 0.25 },
    "ok: At 192.168.1.5 pages, WebSockets (1.0 ms) and UDP (0.3 ms) work.",
  ],
] as const)("what was reached as %j is told", (reached, expected) => {
  const { level, text } = reachedFinding("192.168.1.5", reached);
  expect(`${level}: ${text}`).toBe(expected);
});

test("the report ends with what is wrong, and counts it", () => {
  const text = report([
    { level: "problem", text: "It burns.", advice: "Put it out." },
    { level: "ok", text: "It is warm.", advice: "" },
  ]);
  expect(text).toContain("  ✓ It is warm.\n  ✗ It burns.\n      Put it out.\n\n  1 problem. See ✗.");
  expect(report([])).toContain("Nothing stands in the way here.");
  const warning = { level: "warning", text: "It smokes.", advice: "" } as const;
  expect(report([warning, warning])).toContain("\n  2 warnings. See !.");
});
