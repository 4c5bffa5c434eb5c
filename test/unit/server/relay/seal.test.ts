import { randomBytes } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { hiddenName, Opener, Sealer, Vault } from "../../../../server/relay/seal.ts";
import { SeededRandom } from "../../../support/seeded-random.ts";

const own = randomBytes(32);
const foreign = randomBytes(32);
const plain = Buffer.from("what one node tells another");

describe("a sealed message", () => {
  test("is opened by every node of the installation, with its sender and its number", () => {
    const sealer = new Sealer(own);
    const opener = new Opener(own);
    const messages = [1, 2, 3].map(() => sealer.seal("subject", plain));
    const opened = messages.map((message) => opener.open("subject", message));
    expect(opened).toEqual([1, 2, 3].map((count) => ({ sender: sealer.sender, count, plain })));
  });

  test("shows nothing of what it says", () => {
    const sealed = new Sealer(own).seal("subject", plain);
    expect(sealed.includes(plain.subarray(0, 6))).toBe(false);
    expect(sealed.length).toBe(plain.length + 35);
  });

  test("is not opened with another secret, nor on another subject", () => {
    const sealed = new Sealer(own).seal("subject", plain);
    expect(new Opener(foreign).open("subject", sealed)).toBeUndefined();
    expect(new Opener(own).open("other", sealed)).toBeUndefined();
  });

  test("that was recorded more than two minutes ago is not opened", () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000_000 });
    const sealed = new Sealer(own).seal("subject", plain);
    vi.setSystemTime(1_000_119_000);
    expect(new Opener(own).open("subject", sealed)).toBeDefined();
    vi.setSystemTime(1_000_122_000);
    expect(new Opener(own).open("subject", sealed)).toBeUndefined();
    vi.useRealTimers();
  });

  test("that was changed anywhere or cut off is not opened", () => {
    const sealed = new Sealer(own).seal("subject", plain);
    const opener = new Opener(own);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(opener.open("subject", changed)).toBeUndefined();
      expect(opener.open("subject", sealed.subarray(0, at))).toBeUndefined();
    }
    expect(opener.open("subject", sealed)).toBeDefined();
  });

  test("of a stranger is refused, whatever its bytes are", () => {
    const random = new SeededRandom(7);
    const opener = new Opener(own);
    const stranger = new Sealer(foreign);
    let taken = 0;
    for (let n = 0; n < 10_000; n++) {
      const length = random.below(80);
      const bytes = n % 4 === 0 ? stranger.seal("subject", plain) : Buffer.alloc(length, n % 251);
      if (bytes.length > 0 && n % 4 !== 0) bytes[0] = 1;
      if (opener.open("subject", bytes)) taken++;
    }
    expect(taken).toBe(0);
  });

  test("is opened although hundreds of other senders have come since", () => {
    const first = new Sealer(own);
    const opener = new Opener(own);
    expect(opener.open("subject", first.seal("subject", plain))).toBeDefined();
    for (let n = 0; n < 300; n++) opener.open("subject", new Sealer(own).seal("subject", plain));
    expect(opener.open("subject", first.seal("subject", plain))?.count).toBe(2);
  });
});

describe("what is kept for all nodes", () => {
  test("is read under its name by every node of the installation only", () => {
    const locked = new Vault(own).lock("wall", plain);
    expect(new Vault(own).unlock("wall", locked)).toEqual(plain);
    expect(new Vault(own).unlock("other", locked)).toBeUndefined();
    expect(new Vault(foreign).unlock("wall", locked)).toBeUndefined();
    expect(new Vault(own).unlock("wall", locked.subarray(0, -1))).toBeUndefined();
    expect(new Vault(own).unlock("wall", Buffer.alloc(3))).toBeUndefined();
  });

  test("never looks the same twice", () => {
    const vault = new Vault(own);
    expect(vault.lock("wall", plain)).not.toEqual(vault.lock("wall", plain));
  });
});

describe("a broadcast's name on the wire", () => {
  test("is the same at all nodes, different for each broadcast, and does not show the code", () => {
    const name = hiddenName(own, "K7PDX");
    expect(name).toMatch(/^[0-9a-f]{32}$/);
    expect(hiddenName(Uint8Array.from(own), "K7PDX")).toBe(name);
    expect(hiddenName(own, "K7PDY")).not.toBe(name);
    expect(hiddenName(foreign, "K7PDX")).not.toBe(name);
  });
});
