import { X509Certificate } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { X509CertificateGenerator } from "@peculiar/x509";
import { afterEach, beforeEach, expect, test } from "vitest";
import { httpsFingerprint } from "../../../../../server/web/https/certificate.ts";
import { OwnCertificates } from "../../../../../server/web/https/own-certificates.ts";
import { recordingLog, silent } from "../../../../support/logs.ts";
import { temporaryDirectory } from "../../../../support/test-app.ts";

const DAY_MS = 24 * 3_600_000;
const START = Date.UTC(2030, 0, 1);
let directory: ReturnType<typeof temporaryDirectory>;
let names: string[];
let time: number;
beforeEach(() => {
  directory = temporaryDirectory();
  names = ["localhost", "192.168.1.5", "fd00::2"];
  time = START;
});
afterEach(() => directory.remove());

const fileOf = (name: string) => join(directory.path, name);
function open(log: Parameters<typeof OwnCertificates.open>[0]["log"] = silent): Promise<OwnCertificates> {
  return OwnCertificates.open({
    directory: directory.path,
    machine: "pi",
    names: () => names,
    time: () => time,
    log,
  });
}
const leafOf = (own: OwnCertificates) => new X509Certificate(own.current.cert);

test("authority and certificate are saved for the server's user only, and stay the same", async () => {
  const first = await open();
  for (const name of ["authority.json", "https.json"])
    expect(statSync(fileOf(name)).mode & 0o777).toBe(0o600);
  const { log, lines } = recordingLog();
  const second = await open(log);
  expect(second.current).toEqual(first.current);
  expect(second.authority).toBe(first.authority);
  expect(lines).toEqual([]);
  // Browsers get the whole chain.
  expect(first.current.cert.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(first.current.cert).toContain(first.authority);
});

test("a new address and the end of its time bring another certificate of the same authority", async () => {
  const own = await open();
  const { authority } = own;
  expect(await own.check()).toBe(false);
  names.push("10.0.0.9");
  expect(await own.check()).toBe(true);
  expect(leafOf(own).checkIP("10.0.0.9")).toBe("10.0.0.9");
  names.pop();
  expect(await own.check()).toBe(false);
  time += 200 * DAY_MS;
  expect(await own.check()).toBe(true);
  expect(leafOf(own).validToDate.getTime()).toBe(time + 307 * DAY_MS);
  expect(own.authority).toBe(authority);
  expect((await open()).current).toEqual(own.current);
});

test("a name for which the authority may not sign is left out, and one warning says what to do", async () => {
  await open();
  names.push("walls.example.org", "2001:db8::5");
  const { log, lines } = recordingLog();
  const own = await open(log);
  expect(await own.check()).toBe(false);
  expect(leafOf(own).checkHost("walls.example.org")).toBeUndefined();
  expect(lines).toMatchObject([{ level: 40, name: "walls.example.org" }]);
  expect(lines[0]?.msg).toContain(`delete ${fileOf("authority.json")}`);
  rmSync(fileOf("authority.json"));
  expect(leafOf(await open()).checkHost("walls.example.org")).toBe("walls.example.org");
});

test("an authority that is about to expire is replaced at the start, with a warning", async () => {
  const first = await open();
  time += 9.5 * 365 * DAY_MS;
  const { log, messages } = recordingLog();
  const second = await open(log);
  expect(second.authority).not.toBe(first.authority);
  expect(leafOf(second).verify(new X509Certificate(second.authority).publicKey)).toBe(true);
  expect(messages()).toEqual(["the server's authority expires; devices must trust the new one"]);
});

test("the self-signed certificate of earlier versions is replaced", async () => {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const old = await X509CertificateGenerator.createSelfSigned(
    { name: "CN=Lightwall", keys, signingAlgorithm: algorithm },
    crypto,
  );
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const key = `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`;
  writeFileSync(fileOf("https.json"), JSON.stringify({ cert: old.toString("pem"), key }));
  const { log, messages } = recordingLog();
  const own = await open(log);
  expect(httpsFingerprint(own.current)).not.toBe(httpsFingerprint({ cert: old.toString("pem") }));
  expect(messages()).toEqual(["the self-signed certificate is replaced by one of the authority"]);
});

test.each([
  ["authority.json", ""],
  ["authority.json", '{"cert":"-----BEGIN","key":"none","permitted":{}}'],
  ["https.json", "{"],
  ["https.json", "{}"],
])("%s that was damaged to %j is renamed and replaced, with a warning", async (name, damaged) => {
  await open();
  writeFileSync(fileOf(name), damaged);
  const { log, lines } = recordingLog();
  const own = await open(log);
  expect(leafOf(own).checkHost("localhost")).toBe("localhost");
  expect(lines).toMatchObject([{ level: 40, path: fileOf(name) }]);
  expect(lines[0]?.msg).toContain("the certificate is damaged");
  expect(readFileSync(String(lines[0]?.aside), "utf8")).toBe(damaged);
  expect((await open()).current).toEqual(own.current);
});

test("an authority without what it may sign for is damaged too", async () => {
  const first = await open();
  const saved = JSON.parse(readFileSync(fileOf("authority.json"), "utf8"));
  writeFileSync(
    fileOf("authority.json"),
    JSON.stringify({ ...saved, permitted: { domains: [1], ranges: [] } }),
  );
  expect((await open()).authority).not.toBe(first.authority);
});

test("a file that cannot be read stops the start, because it may be intact", async () => {
  mkdirSync(fileOf("authority.json"));
  await expect(open()).rejects.toThrow(`The certificate ${fileOf("authority.json")} cannot be read`);
  expect(readdirSync(directory.path)).toEqual(["authority.json"]);
});

test("what cannot be saved is used for this run, with a warning", async () => {
  for (const name of ["authority.json.new", "https.json.new"]) mkdirSync(fileOf(name));
  const { log, messages } = recordingLog();
  expect(leafOf(await open(log)).checkHost("localhost")).toBe("localhost");
  expect(messages()).toEqual([
    "the certificate cannot be saved; devices must trust another one after the next start",
    "the certificate cannot be saved; browsers may warn again after the next start",
  ]);
});

test("a saved key that every user can read is warned of, with the remedy", async () => {
  await open();
  chmodSync(fileOf("authority.json"), 0o644);
  const { log, messages } = recordingLog();
  await open(log);
  expect(messages()).toEqual([
    `every user of this machine can read or change a secret; run: chmod o-rw '${fileOf("authority.json")}'`,
  ]);
});
