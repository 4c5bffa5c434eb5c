import nacl from "tweetnacl";
import { expect, test } from "vitest";
import { keyPair, scalarMult } from "../../support/native-x25519.ts";

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

test("the product is the test vector of RFC 7748 §5.2", () => {
  const scalar = bytes("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
  const u = bytes("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
  const product = bytes("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
  expect(scalarMult(scalar, u)).toEqual(product);
});

test("new key pairs give the same secret here as in tweetnacl", () => {
  for (let n = 0; n < 20; n++) {
    const [ours, theirs] = [keyPair(), nacl.box.keyPair()];
    expect(scalarMult(ours.secretKey, theirs.publicKey)).toEqual(
      nacl.scalarMult(theirs.secretKey, ours.publicKey),
    );
  }
});

test("a public key of low order is refused", () => {
  expect(() => scalarMult(keyPair().secretKey, new Uint8Array(32))).toThrow();
});
