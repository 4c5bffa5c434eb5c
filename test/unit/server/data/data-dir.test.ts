import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDataDir } from "../../../../server/data/data-dir.ts";
import { warnOfPermissions } from "../../../../server/data/files.ts";
import { recordingLog, silent } from "../../../support/logs.ts";
import { temporaryDirectory } from "../../../support/test-app.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let path: string;
beforeEach(() => {
  directory = temporaryDirectory();
  path = join(directory.path, "some", "data");
});
afterEach(() => directory.remove());

test("a missing directory is created, for the server's user only", () => {
  openDataDir(path, silent).close();
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(path, "lock")).mode & 0o777).toBe(0o600);
});

test("a second server in the same directory is refused until the first one has closed it", () => {
  const first = openDataDir(path, silent);
  expect(() => openDataDir(path, silent)).toThrow(
    `DATA_DIR ${path} is in use by another Lightwall server. ` +
      "Stop that server, or set DATA_DIR to another directory for this one.",
  );
  first.close();
  openDataDir(path, silent).close();
});

test("a start that fails releases the lock", () => {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "secret"), "half a sec");
  expect(() => openDataDir(path, silent)).toThrow("does not contain a Lightwall secret");
  writeFileSync(join(path, "secret"), "");
  openDataDir(path, silent).close();
});

test("a file in place of the directory or of its parent is named in the error", () => {
  const file = join(directory.path, "file");
  writeFileSync(file, "");
  expect(() => openDataDir(file, silent)).toThrow(
    `DATA_DIR ${file} cannot be used: ${file} is not a directory. Set DATA_DIR to a directory.`,
  );
  expect(() => openDataDir(join(file, "data"), silent)).toThrow(/^DATA_DIR .* is not a directory\./);
});

test.skipIf(process.platform !== "linux")("a directory that the system does not make is an error", () => {
  expect(() => openDataDir("/proc/lightwall/data", silent)).toThrow(
    /^DATA_DIR \/proc\/lightwall\/data .*ENOENT/,
  );
});

test("any other error of the system is reported with the path", () => {
  mkdirSync(join(path, "lock"), { recursive: true });
  expect(() => openDataDir(path, silent)).toThrow(`DATA_DIR ${path} cannot be used: EISDIR`);
});

test("a restart does not repeat codes; a damaged position is logged and does not stop the start", () => {
  const first = openDataDir(path, silent);
  const issued = Array.from({ length: 100 }, () => first.keys.issue());
  first.close();
  const second = openDataDir(path, silent);
  const codes = new Set(issued.map(({ code }) => code));
  for (let n = 0; n < 100; n++) expect(codes).not.toContain(second.keys.issue().code);
  for (const { code, hostKey } of issued) expect(second.keys.verify(code, hostKey)).toBe("current");
  second.close();
  expect(Number(readFileSync(join(path, "codes"), "utf8"))).toBeGreaterThan(0);
  writeFileSync(join(path, "codes"), "");
  const { log, messages } = recordingLog();
  openDataDir(path, log).close();
  expect(messages()).toEqual([
    "the saved position of the wall codes is damaged; continuing by the time of day",
  ]);
});

test("when the position of the codes cannot be saved, walls still open and a warning is logged", () => {
  const { log, messages } = recordingLog();
  const data = openDataDir(path, log);
  mkdirSync(join(path, "codes.new"));
  expect(data.keys.issue().code).toHaveLength(5);
  expect(messages()).toEqual(["the position of the wall codes cannot be saved"]);
  expect(existsSync(join(path, "codes"))).toBe(false);
  data.close();
});

test("a secret that every user can read causes a warning; one that a group can read does not", () => {
  openDataDir(path, silent).close();
  const secret = join(path, "secret");
  chmodSync(secret, 0o644);
  const { log, lines } = recordingLog();
  openDataDir(path, log).close();
  expect(lines).toMatchObject([
    { level: 40, msg: `every user of this machine can read or change a secret; run: chmod o-rw '${secret}'` },
  ]);
  chmodSync(secret, 0o640);
  warnOfPermissions([secret, join(path, "missing")], log);
  expect(lines).toHaveLength(1);
});
