import { renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HttpsCertificate } from "../../../../../server/web/https/certificate.ts";
import { CertificateFiles } from "../../../../../server/web/https/certificate-files.ts";
import { recordingLog, silent } from "../../../../support/logs.ts";
import { ownCertificate } from "../../../../support/own-certificate.ts";
import { temporaryDirectory } from "../../../../support/test-app.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let cert: string;
let key: string;
let first: HttpsCertificate;
let second: HttpsCertificate;
beforeEach(async () => {
  directory = temporaryDirectory();
  [cert, key] = [join(directory.path, "cert.pem"), join(directory.path, "key.pem")];
  [first, second] = [await ownCertificate("one.lan"), await ownCertificate("two.lan")];
  write(first);
});
afterEach(() => directory.remove());

function write(pair: HttpsCertificate): void {
  writeFileSync(cert, pair.cert, { mode: 0o600 });
  writeFileSync(key, pair.key, { mode: 0o600 });
}

test("a configured certificate and key are read, and errors name the setting", () => {
  expect(new CertificateFiles(cert, key, silent).current).toEqual(first);
  expect(() => new CertificateFiles(cert, "/nowhere/key.pem", silent)).toThrow(
    "The file /nowhere/key.pem, which TLS_KEY names, cannot be read.",
  );
  expect(() => new CertificateFiles(cert, cert, silent)).toThrow(
    "TLS_CERT and TLS_KEY do not contain a certificate and its key",
  );
});

test("a certificate that changes is taken up as soon as its key matches", async () => {
  const { log, lines } = recordingLog();
  const files = new CertificateFiles(cert, key, log);
  expect(await files.check()).toBe(false);
  writeFileSync(cert, second.cert);
  expect(await files.check()).toBe(false);
  expect(files.current).toEqual(first);
  writeFileSync(key, second.key);
  expect(await files.check()).toBe(true);
  expect(files.current).toEqual(second);
  expect(await files.check()).toBe(false);
  expect(lines).toEqual([]);
});

test("files that are the same again change nothing", async () => {
  const files = new CertificateFiles(cert, key, silent);
  utimesSync(cert, 1, 1);
  expect(await files.check()).toBe(false);
  expect(files.current).toEqual(first);
});

test("a link that points elsewhere is followed, as certbot has them", async () => {
  const [link, other] = [join(directory.path, "link"), join(directory.path, "other.pem")];
  symlinkSync(cert, link);
  const files = new CertificateFiles(link, key, silent);
  writeFileSync(other, second.cert);
  symlinkSync(other, `${link}.new`);
  renameSync(`${link}.new`, link);
  writeFileSync(key, second.key);
  expect(await files.check()).toBe(true);
  expect(files.current).toEqual(second);
});

test("files that stay unusable are warned of once, and the previous certificate stays", async () => {
  const { log, lines, messages } = recordingLog();
  const files = new CertificateFiles(cert, key, log);
  renameSync(cert, `${cert}.away`);
  expect(await files.check()).toBe(false);
  expect(lines).toEqual([]);
  for (let n = 0; n < 3; n++) expect(await files.check()).toBe(false);
  const said = "the changed certificate cannot be used; the server keeps the previous one";
  expect(messages()).toEqual([said]);
  writeFileSync(cert, "damaged");
  for (let n = 0; n < 4; n++) await files.check();
  expect(messages()).toEqual([said, said]);
  expect(files.current).toEqual(first);
  write(second);
  expect(await files.check()).toBe(true);
});
