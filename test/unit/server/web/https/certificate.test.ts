import { X509Certificate } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  httpsFingerprint,
  readCertificate,
  selfSigned,
} from "../../../../../server/web/https/certificate.ts";
import { recordingLog, silent } from "../../../../support/logs.ts";
import { temporaryDirectory } from "../../../../support/test-app.ts";

const DAY_MS = 24 * 3_600_000;
const NOW = Date.UTC(2030, 0, 1);
const NAMES = ["localhost", "192.168.1.5", "fd00::2"];
let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

test("the self-signed certificate is valid for the names of the server, for 397 days", async () => {
  const created = new X509Certificate((await selfSigned(directory.path, NAMES, NOW, silent)).cert);
  expect(created.checkHost("localhost")).toBe("localhost");
  expect(created.checkIP("192.168.1.5")).toBe("192.168.1.5");
  expect(created.checkIP("fd00::2")).toBe("fd00::2");
  expect(created.validToDate.getTime() - created.validFromDate.getTime()).toBe(397 * DAY_MS);
  expect(created.verify(created.publicKey)).toBe(true);
});

test("it is saved for the server's user only, and replaced when it expires or lacks an address", async () => {
  const first = await selfSigned(directory.path, NAMES, NOW, silent);
  expect(statSync(join(directory.path, "https.json")).mode & 0o777).toBe(0o600);
  expect(await selfSigned(directory.path, NAMES.slice(1), NOW + 360 * DAY_MS, silent)).toEqual(first);
  const renewed = await selfSigned(directory.path, NAMES, NOW + 380 * DAY_MS, silent);
  expect(httpsFingerprint(renewed)).not.toBe(httpsFingerprint(first));
  const moved = await selfSigned(directory.path, ["10.0.0.5"], NOW + 380 * DAY_MS, silent);
  expect(new X509Certificate(moved.cert).checkIP("10.0.0.5")).toBe("10.0.0.5");
});

test("a configured certificate and key are read, and errors name the setting", async () => {
  const created = await selfSigned(directory.path, NAMES, NOW, silent);
  const [cert, key] = [join(directory.path, "cert.pem"), join(directory.path, "key.pem")];
  writeFileSync(cert, created.cert);
  writeFileSync(key, created.key);
  expect(readCertificate(cert, key)).toEqual(created);
  expect(() => readCertificate(cert, "/nowhere/key.pem")).toThrow(
    "The file /nowhere/key.pem, which TLS_KEY names, cannot be read.",
  );
  writeFileSync(key, readFileSync(cert));
  expect(() => readCertificate(cert, key)).toThrow(
    "TLS_CERT and TLS_KEY do not contain a certificate and its key",
  );
});

test.each(["", "{", "{}", '{"cert":"-----BEGIN","key":"none"}'])(
  "a certificate that was damaged to %j is renamed and replaced, with a warning about browsers",
  async (damaged) => {
    writeFileSync(join(directory.path, "https.json"), damaged);
    const { log, lines } = recordingLog();
    const created = await selfSigned(directory.path, NAMES, NOW, log);
    expect(new X509Certificate(created.cert).checkHost("localhost")).toBe("localhost");
    expect(lines).toMatchObject([{ level: 40, path: join(directory.path, "https.json") }]);
    expect(lines[0]?.msg).toContain("browsers will warn again");
    expect(readFileSync(String(lines[0]?.aside), "utf8")).toBe(damaged);
    expect(await selfSigned(directory.path, NAMES, NOW, silent)).toEqual(created);
  },
);

test("a certificate that cannot be read stops the start, because it may be intact", async () => {
  const path = join(directory.path, "https.json");
  mkdirSync(path);
  await expect(selfSigned(directory.path, NAMES, NOW, silent)).rejects.toThrow(
    `The certificate ${path} cannot be read`,
  );
  expect(readdirSync(directory.path)).toEqual(["https.json"]);
});

test("a certificate that cannot be saved is used for this run, with a warning", async () => {
  mkdirSync(join(directory.path, "https.json.new"));
  const { log, messages } = recordingLog();
  expect((await selfSigned(directory.path, NAMES, NOW, log)).cert).toContain("BEGIN CERTIFICATE");
  expect(messages()).toEqual([
    "the certificate cannot be saved; browsers will warn again after the next start",
  ]);
});

test("a saved certificate that every user can read is warned of, with the remedy", async () => {
  await selfSigned(directory.path, NAMES, NOW, silent);
  const path = join(directory.path, "https.json");
  chmodSync(path, 0o644);
  const { log, messages } = recordingLog();
  await selfSigned(directory.path, NAMES, NOW, log);
  expect(messages()).toEqual([
    `every user of this machine can read or change a secret; run: chmod o-rw '${path}'`,
  ]);
});
