import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { HostKeys, loadSecret } from "../../server/keys.ts";

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), "lightwall-"));
  directories.push(directory);
  return directory;
}

const keys = new HostKeys(Buffer.alloc(32, 7));

test("a key opens the wall it was issued for and no other", () => {
  const key = keys.issue("AAAAA");
  expect(key).toHaveLength(66);
  expect(keys.verify("AAAAA", key)).toBe(true);
  expect(keys.verify("AAAAC", key)).toBe(false);
  expect(new HostKeys(Buffer.alloc(32, 8)).verify("AAAAA", key)).toBe(false);
});

test("two keys for one wall differ, and both are good", () => {
  const [one, two] = [keys.issue("AAAAA"), keys.issue("AAAAA")];
  expect(one).not.toBe(two);
  expect(keys.verify("AAAAA", one) && keys.verify("AAAAA", two)).toBe(true);
});

test("a key with any character changed, added or taken away is refused", () => {
  const key = keys.issue("AAAAA");
  fc.assert(
    fc.property(fc.nat(key.length), fc.nat(1), fc.string({ maxLength: 3 }), (at, removed, inserted) => {
      const changed = key.slice(0, at) + inserted + key.slice(at + removed);
      expect(keys.verify("AAAAA", changed)).toBe(changed === key);
    }),
  );
});

test("the secret is made once, for the server's user only, and then kept", () => {
  const directory = join(temporary(), "data");
  const secret = loadSecret(directory);
  expect(secret).toHaveLength(32);
  expect(statSync(join(directory, "secret")).mode & 0o777).toBe(0o600);
  expect(loadSecret(directory)).toEqual(secret);
  expect(loadSecret(temporary())).not.toEqual(secret);
});

test("a damaged secret stops the start and says which file it is", () => {
  const directory = temporary();
  writeFileSync(join(directory, "secret"), "half a sec");
  expect(() => loadSecret(directory)).toThrow(join(directory, "secret"));
});
