import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";
import nacl from "tweetnacl";

/** The bytes before the 32 bytes of the key in PKCS #8 (RFC 8410 §7). */
const PRIVATE_PREFIX = Buffer.from("302e020100300506032b656e04220420", "hex");
/** The bytes before the 32 bytes of the key in SubjectPublicKeyInfo (RFC 8410 §4). */
const PUBLIC_PREFIX = Buffer.from("302a300506032b656e032100", "hex");

/**
 * X25519 of one's own secret key and another's public key, 32 bytes each (RFC 7748 §5).
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

/** A new X25519 key pair, 32 bytes each. */
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
 * Makes werift's DTLS in this thread compute X25519 with OpenSSL instead of JavaScript. In JavaScript, the
 * two multiplications take 1 ms, half of the whole handshake. werift calls them through tweetnacl's exported
 * object.
 */
export function useNativeX25519(): void {
  Object.assign(nacl, { scalarMult, box: Object.assign(nacl.box, { keyPair }) });
}
