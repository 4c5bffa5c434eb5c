import { X509Certificate } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fingerprintOf, readCertificate, selfSigned } from "../../../../server/web/certificate.ts";
import { listeningLog, silent } from "../../../support/logs.ts";
import { temporaryDirectory } from "../../../support/test-app.ts";

const DAY = 24 * 3_600_000;
const NOW = Date.UTC(2030, 0, 1);
const NAMES = ["localhost", "192.168.1.5", "fd00::2"];
let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

test("the server's own certificate is for its names and addresses, for about a year", async () => {
  const made = new X509Certificate((await selfSigned(directory.path, NAMES, NOW, silent)).cert);
  expect(made.checkHost("localhost")).toBe("localhost");
  expect(made.checkIP("192.168.1.5")).toBe("192.168.1.5");
  expect(made.checkIP("fd00::2")).toBe("fd00::2");
  expect(made.validToDate.getTime() - made.validFromDate.getTime()).toBe(397 * DAY);
  expect(made.verify(made.publicKey)).toBe(true);
});

test("it is kept, for the server's user only, until it ends or the addresses are others", async () => {
  const first = await selfSigned(directory.path, NAMES, NOW, silent);
  expect(statSync(join(directory.path, "https.json")).mode & 0o777).toBe(0o600);
  expect(await selfSigned(directory.path, NAMES.slice(1), NOW + 360 * DAY, silent)).toEqual(first);
  const renewed = await selfSigned(directory.path, NAMES, NOW + 380 * DAY, silent);
  expect(fingerprintOf(renewed)).not.toBe(fingerprintOf(first));
  const moved = await selfSigned(directory.path, ["10.0.0.5"], NOW + 380 * DAY, silent);
  expect(new X509Certificate(moved.cert).checkIP("10.0.0.5")).toBe("10.0.0.5");
});

test("a certificate and key of one's own are read, and what is wrong with them is said", async () => {
  const made = await selfSigned(directory.path, NAMES, NOW, silent);
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

test.each(["", "{", "{}", '{"cert":"-----BEGIN","key":"none"}'])(
  "a certificate that was damaged to %j is moved aside and made anew, and what browsers will do is said",
  async (damaged) => {
    writeFileSync(join(directory.path, "https.json"), damaged);
    const { log, lines } = listeningLog();
    const made = await selfSigned(directory.path, NAMES, NOW, log);
    expect(new X509Certificate(made.cert).checkHost("localhost")).toBe("localhost");
    expect(lines).toMatchObject([{ level: 40, path: join(directory.path, "https.json") }]);
    expect(lines[0]?.msg).toContain("browsers will warn again");
    expect(readFileSync(String(lines[0]?.aside), "utf8")).toBe(damaged);
    expect(await selfSigned(directory.path, NAMES, NOW, silent)).toEqual(made);
  },
);

test("a certificate that cannot be read stops the start with one line, as it may be a good one", async () => {
  const path = join(directory.path, "https.json");
  mkdirSync(path);
  await expect(selfSigned(directory.path, NAMES, NOW, silent)).rejects.toThrow(
    `The certificate ${path} cannot be read`,
  );
  expect(readdirSync(directory.path)).toEqual(["https.json"]);
});

test("where the disk takes no certificate, one is made for this run, and that is said", async () => {
  mkdirSync(join(directory.path, "https.json.new"));
  const { log, messages } = listeningLog();
  expect((await selfSigned(directory.path, NAMES, NOW, log)).cert).toContain("BEGIN CERTIFICATE");
  expect(messages()).toEqual(["certificate not kept; browsers will warn again after the next start"]);
});

test("a kept certificate whose key everyone can read is warned of, with what mends it", async () => {
  await selfSigned(directory.path, NAMES, NOW, silent);
  const path = join(directory.path, "https.json");
  chmodSync(path, 0o644);
  const { log, messages } = listeningLog();
  await selfSigned(directory.path, NAMES, NOW, log);
  expect(messages()).toEqual([
    `every user of this machine can read or change a secret: chmod o-rw '${path}'`,
  ]);
});
