import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CODE_ROUND_MS, Codes } from "../../../../server/data/codes.ts";
import { HostKeys, hashOfKey, loadSecret } from "../../../../server/data/host-keys.ts";
import { oldKey } from "../../../support/old-key.ts";
import { temporaryDirectory } from "../../../support/test-app.ts";

const SECRET = Buffer.alloc(32, 7);
const keys = new HostKeys(SECRET);
let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

test("a key is valid only for its own code and its own server", () => {
  const { code, hostKey } = keys.issue();
  expect(hostKey).toHaveLength(76);
  expect(keys.verify(code, hostKey)).toBe("current");
  expect(keys.verify(keys.issue().code, hostKey)).toBe("wrong");
  expect(new HostKeys(Buffer.alloc(32, 8)).verify(code, hostKey)).toBe("wrong");
});

test("issued keys and codes all differ", () => {
  const issued = Array.from({ length: 1_000 }, () => keys.issue());
  expect(new Set(issued.map(({ code }) => code)).size).toBe(1_000);
  expect(new Set(issued.map(({ hostKey }) => hostKey)).size).toBe(1_000);
});

test("a key is past once its code may have been issued again, and so are keys of earlier versions", () => {
  let time = Date.UTC(2030, 0, 1);
  const dated = new HostKeys(SECRET, new Codes(SECRET, { time: () => time }));
  const { code, hostKey } = dated.issue();
  time += CODE_ROUND_MS - 60_000;
  expect(dated.verify(code, hostKey)).toBe("current");
  time += 120_000;
  expect(dated.verify(code, hostKey)).toBe("past");
  expect(dated.verify(code, oldKey(SECRET, code))).toBe("past");
  expect(dated.verify(code, oldKey(Buffer.alloc(32, 8), code))).toBe("wrong");
});

test("a key with a changed, added or removed character is wrong", () => {
  const { code, hostKey } = keys.issue();
  fc.assert(
    fc.property(fc.nat(hostKey.length), fc.nat(1), fc.string({ maxLength: 3 }), (at, removed, inserted) => {
      const changed = hostKey.slice(0, at) + inserted + hostKey.slice(at + removed);
      expect(keys.verify(code, changed)).toBe(changed === hostKey ? "current" : "wrong");
    }),
  );
});

test("the hash of a key is the same each time and differs from that of another key", () => {
  const [one, two] = [keys.issue().hostKey, keys.issue().hostKey];
  expect(hashOfKey(one)).toMatch(/^[\w-]{43}$/);
  expect(hashOfKey(one)).toBe(hashOfKey(one));
  expect(hashOfKey(one)).not.toBe(hashOfKey(two));
});

test("the secret is created once, for the server's user only", () => {
  const secret = loadSecret(directory.path);
  expect(secret).toHaveLength(32);
  expect(statSync(join(directory.path, "secret")).mode & 0o777).toBe(0o600);
  expect(loadSecret(directory.path)).toEqual(secret);
  expect(readdirSync(directory.path)).toEqual(["secret"]);
});

test("an empty secret, which an earlier version left on a full disk, is replaced", () => {
  writeFileSync(join(directory.path, "secret"), "");
  const secret = loadSecret(directory.path);
  expect(secret).toHaveLength(32);
  expect(loadSecret(directory.path)).toEqual(secret);
});

test("a damaged secret stops the start with the path of the file, which stays unchanged", () => {
  const path = join(directory.path, "secret");
  writeFileSync(path, "half a sec");
  expect(() => loadSecret(directory.path)).toThrow(path);
  expect(statSync(path).size).toBe(10);
});

test("a secret that cannot be read stops the start", () => {
  mkdirSync(join(directory.path, "secret"));
  expect(() => loadSecret(directory.path)).toThrow("EISDIR");
});

test("a secret that cannot be written leaves no file behind", () => {
  mkdirSync(join(directory.path, "secret.new", "in-the-way"), { recursive: true });
  expect(() => loadSecret(directory.path)).toThrow();
  expect(readdirSync(directory.path)).toEqual(["secret.new"]);
});
