import { expect, test } from "vitest";
import { HmacSha1 } from "../../../../../server/media/kernel/hmac.ts";
import { deriveSessionKeys } from "../../../../../server/media/secure/srtp-keys.ts";

const hex = (text: string) => Buffer.from(text, "hex");

test("the session keys are those of RFC 3711 B.3", () => {
  const master = {
    key: hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
    salt: hex("0EC675AD498AFEEBB6960B3AABE6"),
  };
  const keys = deriveSessionKeys(master, "rtp");
  expect(keys.cipher.export()).toEqual(hex("C61E7A93744F39EE10734AFE3FF7A087"));
  expect(keys.salt).toEqual(hex("30CBBC08863D8C85D49DB34A9AE1"));
  const auth = new HmacSha1(hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
  expect(keys.auth.states).toEqual(auth.states);
});
