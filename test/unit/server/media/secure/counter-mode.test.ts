import { createCipheriv, createSecretKey, randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CounterMode, writeCounter } from "../../../../../server/media/secure/counter-mode.ts";

test("one cipher for many packets gives the same bytes as OpenSSL's counter mode for each packet", () => {
  const key = randomBytes(16);
  const salt = randomBytes(14);
  const own = new CounterMode({ cipher: createSecretKey(key), salt });
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  const packet = fc.uint8Array({ maxLength: 5_000 });
  fc.assert(
    fc.property(word, fc.integer({ min: 0, max: 0xffff }), word, packet, (ssrc, high, low, data) => {
      const counter = Buffer.alloc(16);
      writeCounter(counter, 0, salt, ssrc, high, low);
      expect(own.crypt(ssrc, high, low, data)).toEqual(
        createCipheriv("aes-128-ctr", key, counter).update(data),
      );
    }),
  );
});
