import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDataDir } from "../../../../server/data/data-dir.ts";
import { warnOfReaders } from "../../../../server/data/private-files.ts";
import { listeningLog, silent } from "../../../support/logs.ts";
import { temporaryDirectory } from "../../../support/test-app.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let path: string;
beforeEach(() => {
  directory = temporaryDirectory();
  path = join(directory.path, "some", "data");
});
afterEach(() => directory.remove());

test("a directory that is missing is made, for the server's user only", () => {
  openDataDir(path, silent).close();
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(path, "lock")).mode & 0o777).toBe(0o600);
});

test("a second server in the same directory is refused, and not once the first has gone", () => {
  const first = openDataDir(path, silent);
  expect(() => openDataDir(path, silent)).toThrow(
    `DATA_DIR ${path} is in use by another Lightwall server. ` +
      "Stop that one, or give this one a directory of its own with DATA_DIR.",
  );
  first.close();
  openDataDir(path, silent).close();
});

test("a start that fails leaves the directory to the next one", () => {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "secret"), "half a sec");
  expect(() => openDataDir(path, silent)).toThrow("does not hold a Lightwall secret");
  writeFileSync(join(path, "secret"), "");
  openDataDir(path, silent).close();
});

test("a file in place of the directory, or above it, is named in one line", () => {
  const file = join(directory.path, "file");
  writeFileSync(file, "");
  expect(() => openDataDir(file, silent)).toThrow(
    `DATA_DIR ${file} cannot be used: ${file} is not a directory. Name a directory with DATA_DIR.`,
  );
  expect(() => openDataDir(join(file, "data"), silent)).toThrow(/^DATA_DIR .* is not a directory\./);
});

test("what else the system says comes with the path", () => {
  mkdirSync(join(path, "lock"), { recursive: true });
  expect(() => openDataDir(path, silent)).toThrow(`DATA_DIR ${path} cannot be used: EISDIR`);
});

test("codes go on after a restart, whatever the clock says; a damaged note is said and stops nothing", () => {
  const first = openDataDir(path, silent);
  const given = Array.from({ length: 100 }, () => first.keys.issue());
  first.close();
  const second = openDataDir(path, silent);
  const codes = new Set(given.map(({ code }) => code));
  for (let n = 0; n < 100; n++) expect(codes).not.toContain(second.keys.issue().code);
  for (const { code, hostKey } of given) expect(second.keys.verify(code, hostKey)).toBe("current");
  second.close();
  expect(Number(readFileSync(join(path, "codes"), "utf8"))).toBeGreaterThan(0);
  writeFileSync(join(path, "codes"), "");
  const { log, messages } = listeningLog();
  openDataDir(path, log).close();
  expect(messages()).toEqual(["the note of codes given is damaged; going on by the time"]);
});

test("where the note of codes cannot be written, walls open all the same, and it is said", () => {
  const { log, messages } = listeningLog();
  const data = openDataDir(path, log);
  mkdirSync(join(path, "codes.new"));
  expect(data.keys.issue().code).toHaveLength(5);
  expect(messages()).toEqual(["codes given are not noted"]);
  expect(existsSync(join(path, "codes"))).toBe(false);
  data.close();
});

test("a secret that everyone can read is warned of, with what mends it; one of a group is not", () => {
  openDataDir(path, silent).close();
  const secret = join(path, "secret");
  chmodSync(secret, 0o644);
  const { log, lines } = listeningLog();
  openDataDir(path, log).close();
  expect(lines).toMatchObject([
    { level: 40, msg: `every user of this machine can read or change a secret: chmod o-rw '${secret}'` },
  ]);
  chmodSync(secret, 0o640);
  warnOfReaders([secret, join(path, "missing")], log);
  expect(lines).toHaveLength(1);
});
