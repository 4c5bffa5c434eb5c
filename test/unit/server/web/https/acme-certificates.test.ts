import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AcmeCertificates, renewalTime, retryMs } from "../../../../../server/web/https/acme-certificates.ts";
import type { AcmeChallenges } from "../../../../../server/web/https/acme-challenges.ts";
import { OwnCertificates } from "../../../../../server/web/https/own-certificates.ts";
import { recordingLog, silent } from "../../../../support/logs.ts";
import { ownCertificate } from "../../../../support/own-certificate.ts";
import { temporaryDirectory } from "../../../../support/test-app.ts";

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
const DIRECTORY = "https://acme.example/directory";

let directory: ReturnType<typeof temporaryDirectory>;
let time: number;
/** How often the port for proofs was opened, which each try begins with. */
let tries: number;
beforeEach(() => {
  directory = temporaryDirectory();
  time = Date.now();
  tries = 0;
});
afterEach(() => directory.remove());

async function open(
  log: Parameters<typeof OwnCertificates.open>[0]["log"] = silent,
  { authority = DIRECTORY, isPortFree = false } = {},
) {
  const challenges = {
    open: async () => {
      tries++;
      if (!isPortFree) throw new Error("the port is in use");
    },
    close: () => {},
  } as unknown as AcmeChallenges;
  const clock = () => time;
  const names = () => ["localhost"];
  const own = { directory: directory.path, machine: "pi", names, time: clock, log: silent };
  return new AcmeCertificates({
    dataDir: directory.path,
    domains: ["walls.example.org"],
    email: "",
    directory: authority,
    challenges,
    fallback: await OwnCertificates.open(own),
    time: clock,
    random: () => 0,
    log,
  });
}

async function save(name = "walls.example.org", from = DIRECTORY) {
  const certificate = await ownCertificate(name);
  const saved = { directory: from, accountKey: "key", certificate };
  writeFileSync(join(directory.path, "acme.json"), JSON.stringify(saved), { mode: 0o600 });
  return certificate;
}

test("a certificate is renewed with a third of its validity left, or up to a fifth of that earlier", () => {
  expect(renewalTime(0, 90 * DAY_MS, 0)).toBe(60 * DAY_MS);
  expect(renewalTime(0, 90 * DAY_MS, 1)).toBe(54 * DAY_MS);
  expect(renewalTime(0, 6 * DAY_MS, 0)).toBe(4 * DAY_MS);
});

test("after a failure the server waits twice as long each time, up to twelve hours", () => {
  const minutes = [0, 1, 2, 3, 9, 1e6].map((failures) => retryMs(failures, 0) / MINUTE_MS);
  expect(minutes).toEqual([15, 30, 60, 120, 720, 720]);
  expect(retryMs(0, 1) / MINUTE_MS).toBe(12);
});

test("without a certificate it tries at once, then after the wait, and each failure is a line", async () => {
  const { log, lines } = recordingLog();
  const acme = await open(log);
  expect(acme.authority).toContain("BEGIN CERTIFICATE");
  expect(await acme.check()).toBe(false);
  await expect.poll(() => lines.length).toBe(1);
  expect(lines[0]).toMatchObject({
    level: 40,
    reason: "the port is in use",
    msg: "the authority has given no certificate; next try in 15 minutes",
  });
  time += 14 * MINUTE_MS;
  await acme.check();
  expect(tries).toBe(1);
  time += MINUTE_MS;
  await acme.check();
  await expect.poll(() => lines.at(-1)?.msg).toContain("in 30 minutes");
  expect(tries).toBe(2);
});

test("an authority that does not answer is named with the reason, at once", async () => {
  const { log, lines } = recordingLog();
  // Nothing listens at port 1 (tcpmux), and nobody without privileges can.
  const acme = await open(log, { authority: "https://127.0.0.1:1/dir", isPortFree: true });
  await acme.check();
  await expect.poll(() => lines.length, { timeout: 4_000 }).toBe(1);
  expect(lines[0]?.reason).toBe(
    "the authority at https://127.0.0.1:1 does not answer: connect ECONNREFUSED 127.0.0.1:1",
  );
});

test("a saved certificate is used until it expires, and renewed before", async () => {
  const saved = await save();
  const acme = await open();
  expect(acme.current).toEqual(saved);
  expect(acme.authority).toBeUndefined();
  await acme.check();
  expect(tries).toBe(0);
  time += 180 * DAY_MS;
  expect(await acme.check()).toBe(false);
  expect(tries).toBe(1);
  expect(acme.current).toEqual(saved);
  // Expired: the server falls back to its own.
  time += 200 * DAY_MS;
  expect(await acme.check()).toBe(true);
  expect(acme.authority).toContain("BEGIN CERTIFICATE");
});

test.each([
  ["other.example.org", DIRECTORY],
  ["walls.example.org", "https://other.example/directory"],
])("one for %s of %s is not used", async (name, from) => {
  const saved = await save(name, from);
  const acme = await open();
  expect(acme.current).not.toEqual(saved);
  await acme.check();
  expect(tries).toBe(1);
});

test("a damaged file is moved aside, with a warning", async () => {
  writeFileSync(join(directory.path, "acme.json"), "{", { mode: 0o600 });
  const { log, messages } = recordingLog();
  await open(log);
  expect(messages()).toEqual(["the certificate is damaged; another one is asked for"]);
});
