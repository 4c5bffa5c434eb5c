import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  canSign,
  createAuthority,
  issue,
  isUsable,
  permittedFor,
} from "../../../../../server/web/https/authority.ts";
import type { HttpsCertificate } from "../../../../../server/web/https/certificate.ts";
import { permits } from "../../../../../server/web/https/name-constraints.ts";
import { findProgram } from "../../../../support/find-program.ts";
import { temporaryDirectory } from "../../../../support/test-app.ts";

const DAY_MS = 24 * 3_600_000;
const NOW = Date.UTC(2030, 0, 1);
const NAMES = ["localhost", "192.168.1.5", "fd00::2", "pi", "pi.local", "walls.example.org", "198.51.100.7"];
const OPENSSL = findProgram(["openssl"]);

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const create = (time = NOW) => createAuthority("pi", permittedFor(NAMES), time);
const parsed = ({ cert }: HttpsCertificate) => new X509Certificate(cert);

/** What OpenSSL says of a certificate that an authority has signed. */
function verdict(authority: HttpsCertificate, leaf: HttpsCertificate, time = NOW): string {
  const [root, end] = [join(directory.path, "root.pem"), join(directory.path, "leaf.pem")];
  writeFileSync(root, authority.cert);
  writeFileSync(end, leaf.cert);
  const flags = ["-x509_strict", "-purpose", "sslserver", "-attime", String(time / 1000)];
  try {
    return execFileSync(OPENSSL!, ["verify", ...flags, "-CAfile", root, end], { stdio: "pipe" }).toString();
  } catch (error) {
    return String((error as { stderr: Buffer }).stderr);
  }
}

test("a certificate is signed by the authority for all names, for 397 days, 90 of them past", async () => {
  const authority = await create();
  const leaf = parsed(await issue(authority, NAMES, NOW));
  expect(leaf.verify(parsed(authority).publicKey)).toBe(true);
  expect(leaf.checkIssued(parsed(authority))).toBe(true);
  expect(leaf.ca).toBe(false);
  expect(parsed(authority).ca).toBe(true);
  for (const name of ["localhost", "pi", "pi.local", "walls.example.org"])
    expect(leaf.checkHost(name)).toBe(name);
  for (const address of ["192.168.1.5", "fd00::2", "198.51.100.7"])
    expect(leaf.checkIP(address)).toBe(address);
  expect(leaf.validToDate.getTime() - leaf.validFromDate.getTime()).toBe(397 * DAY_MS);
  expect(NOW - leaf.validFromDate.getTime()).toBe(90 * DAY_MS);
  expect(parsed(authority).validFrom).toContain("2020");
  expect(parsed(authority).validTo).toContain("2040");
  // Strings of letters and digits: no program takes them for the name of a host.
  expect(leaf.subject).toBe("CN=Lightwall server");
  expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
});

test("what a clock that has lost its time makes is valid when it is set", async () => {
  const authority = await create(0);
  const leaf = parsed(await issue(authority, NAMES, 0));
  const time = Date.UTC(2027, 1, 1);
  expect(leaf.validFromDate.getTime()).toBeLessThan(time);
  expect(leaf.validToDate.getTime()).toBeGreaterThan(time);
  expect(canSign(authority, time)).toBe(true);
});

test("it is used with all its names, once its time has begun, until a third of it is left", async () => {
  const authority = await create();
  const leaf = await issue(authority, NAMES, NOW);
  const usable = (time: number, names = NAMES) => isUsable(leaf, authority, names, time);
  expect(usable(NOW)).toBe(true);
  expect(usable(NOW, ["192.168.1.5"])).toBe(true);
  expect(usable(NOW + 174 * DAY_MS)).toBe(true);
  expect(usable(NOW + 176 * DAY_MS)).toBe(false);
  expect(usable(NOW - 91 * DAY_MS)).toBe(false);
  expect(usable(NOW, ["192.168.1.6"])).toBe(false);
  expect(isUsable(leaf, await create(), NAMES, NOW)).toBe(false);
  expect(canSign(authority, NOW + 8 * 365 * DAY_MS)).toBe(true);
  expect(canSign(authority, NOW + 9 * 365 * DAY_MS)).toBe(false);
});

test.each([
  ["localhost", true],
  ["wall.lan", true],
  ["pi.local", true],
  ["10.1.2.3", true],
  ["172.31.0.1", true],
  ["172.32.0.1", false],
  ["fe80::1", true],
  ["2001:db8::1", false],
  ["198.51.100.7", true],
  ["198.51.100.8", false],
  ["walls.example.org", true],
  ["example.org", false],
  ["notlocal", false],
  ["bank.example", false],
])("the authority may sign for %s: %s", async (name, expected) => {
  expect(permits(permittedFor(NAMES), name)).toBe(expected);
  if (!OPENSSL) return;
  const authority = await create();
  const said = verdict(authority, await issue(authority, [name], NOW));
  expect(said).toContain(expected ? "leaf.pem: OK" : "permitted subtree violation");
});

test.skipIf(!OPENSSL)("OpenSSL accepts the whole chain, and not after its time", async () => {
  const authority = await create();
  const leaf = await issue(authority, NAMES, NOW);
  expect(verdict(authority, leaf)).toContain("leaf.pem: OK");
  expect(verdict(authority, leaf, NOW + 320 * DAY_MS)).toContain("certificate has expired");
});

test("authorities of one machine can be told apart", async () => {
  const [one, other] = [parsed(await create()), parsed(await create())];
  expect(one.subject).toMatch(/^O=Lightwall\nCN=Lightwall on pi \([0-9A-F]{4}\)$/);
  expect(one.subject).not.toBe(other.subject);
  expect(one.serialNumber).not.toBe(other.serialNumber);
});
