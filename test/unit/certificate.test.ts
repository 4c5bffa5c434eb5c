import { X509Certificate } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fingerprintOf, readCertificate, selfSigned } from "../../server/certificate.ts";
import { temporaryDirectory } from "../support/test-app.ts";

const DAY = 24 * 3_600_000;
const NOW = Date.UTC(2030, 0, 1);
const NAMES = ["localhost", "192.168.1.5", "fd00::2"];
let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

test("the server's own certificate is for its names and addresses, for about a year", async () => {
  const made = new X509Certificate((await selfSigned(directory.path, NAMES, NOW)).cert);
  expect(made.checkHost("localhost")).toBe("localhost");
  expect(made.checkIP("192.168.1.5")).toBe("192.168.1.5");
  expect(made.checkIP("fd00::2")).toBe("fd00::2");
  expect(made.validToDate.getTime() - made.validFromDate.getTime()).toBe(397 * DAY);
  expect(made.verify(made.publicKey)).toBe(true);
});

test("it is kept, for the server's user only, until it ends or the addresses are others", async () => {
  const first = await selfSigned(directory.path, NAMES, NOW);
  expect(statSync(join(directory.path, "https.json")).mode & 0o777).toBe(0o600);
  expect(await selfSigned(directory.path, NAMES.slice(1), NOW + 360 * DAY)).toEqual(first);
  const renewed = await selfSigned(directory.path, NAMES, NOW + 380 * DAY);
  expect(fingerprintOf(renewed)).not.toBe(fingerprintOf(first));
  const moved = await selfSigned(directory.path, ["10.0.0.5"], NOW + 380 * DAY);
  expect(new X509Certificate(moved.cert).checkIP("10.0.0.5")).toBe("10.0.0.5");
});

test("a certificate and key of one's own are read, and what is wrong with them is said", async () => {
  const made = await selfSigned(directory.path, NAMES, NOW);
  const [cert, key] = [join(directory.path, "cert.pem"), join(directory.path, "key.pem")];
  writeFileSync(cert, made.cert);
  writeFileSync(key, made.key);
  expect(readCertificate(cert, key)).toEqual(made);
  expect(() => readCertificate(cert, "/nowhere/key.pem")).toThrow(
    "The file that TLS_KEY names, /nowhere/key.pem, cannot be read.",
  );
  writeFileSync(key, readFileSync(cert));
  expect(() => readCertificate(cert, key)).toThrow("TLS_CERT and TLS_KEY are not a certificate and its key");
});
