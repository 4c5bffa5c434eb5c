import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HmacSha1 } from "../../../../../server/media/kernel/hmac.ts";
import { createKernel, type KernelKind } from "../../../../../server/media/kernel/kernel.ts";

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

test("gives the same digest as node:crypto for a message in one part or two", () => {
  fc.assert(
    fc.property(bytes(64), bytes(1500), bytes(300), (key, first, second) => {
      const own = new HmacSha1(key);
      const expected = () => createHmac("sha1", key).update(first);
      expect(Buffer.from(own.digest(first))).toEqual(expected().digest());
      expect(Buffer.from(own.digest(first, second))).toEqual(expected().update(second).digest());
      expect(own.verifies(expected().digest().subarray(0, 10), first)).toBe(true);
    }),
  );
});

test("accepts a message as long as the longest datagram, and none longer", () => {
  const key = Buffer.from("a key");
  const longest = Buffer.alloc(65_535, 7);
  expect(Buffer.from(new HmacSha1(key).digest(longest))).toEqual(
    createHmac("sha1", key).update(longest).digest(),
  );
  expect(() => new HmacSha1(key).digest(longest, Buffer.alloc(1))).toThrow(RangeError);
});

test("rejects a tag in which any bit is flipped", () => {
  const own = new HmacSha1(Buffer.from("a key"));
  const message = Buffer.from("a message");
  const tag = Buffer.from(own.digest(message));
  for (let bit = 0; bit < tag.length * 8; bit++) {
    const wrong = Buffer.from(tag);
    wrong[bit >> 3]! ^= 1 << (bit & 7);
    expect(own.verifies(wrong, message)).toBe(false);
  }
});

test.each<KernelKind>(["simd", "plain"])(
  "the kernel (%s) gives the digest of RFC 2202's test case 1",
  (kind) => {
    const states = new HmacSha1(Buffer.alloc(20, 0x0b)).states;
    const { kernel, memory } = createKernel(8192, kind);
    memory.set(states, 4096);
    memory.write("Hi There", 4200);
    kernel.hmac(4096, 4200, 8, 5000);
    expect(memory.toString("hex", 5000, 5020)).toBe("b617318655057264e28bc0b6fb378c8ef146be00");
  },
);
