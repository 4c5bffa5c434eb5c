import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";
import nacl from "tweetnacl";

/** What comes before the 32 key bytes in PKCS #8 and SubjectPublicKeyInfo (RFC 8410 §4, §7). */
const PRIVATE_PREFIX = Buffer.from("302e020100300506032b656e04220420", "hex");
const PUBLIC_PREFIX = Buffer.from("302a300506032b656e032100", "hex");

/**
 * X25519 of a secret and another's public key, 32 bytes each (RFC 7748 §5).
 * @throws Error for a public key of low order
 */
export function scalarMult(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return new Uint8Array(
    diffieHellman({
      privateKey: createPrivateKey({
        key: Buffer.concat([PRIVATE_PREFIX, secretKey]),
        format: "der",
        type: "pkcs8",
      }),
      publicKey: createPublicKey({
        key: Buffer.concat([PUBLIC_PREFIX, publicKey]),
        format: "der",
        type: "spki",
      }),
    }),
  );
}

/** A fresh X25519 key pair, 32 bytes each. */
export function keyPair(): nacl.BoxKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("x25519", {
    privateKeyEncoding: { format: "der", type: "pkcs8" },
    publicKeyEncoding: { format: "der", type: "spki" },
  });
  return {
    secretKey: new Uint8Array(privateKey.subarray(PRIVATE_PREFIX.length)),
    publicKey: new Uint8Array(publicKey.subarray(PUBLIC_PREFIX.length)),
  };
}

/**
 * Lets werift's DTLS in this thread do X25519 by OpenSSL instead of in JavaScript: the two multiplications
 * of a handshake take 1 ms there, half of the whole. werift calls them through tweetnacl's exported object.
 */
export function useNativeX25519(): void {
  Object.assign(nacl, { scalarMult, box: Object.assign(nacl.box, { keyPair }) });
}
