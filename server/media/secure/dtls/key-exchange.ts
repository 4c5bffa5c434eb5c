import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";

/** The number of a group for ephemeral Diffie-Hellman (RFC 8422 §5.1.1). */
export type Group = typeof X25519 | typeof SECP256R1;

const X25519 = 29;
const SECP256R1 = 23;

/** The groups that the server supports, the fastest first. */
export const GROUPS: readonly Group[] = [X25519, SECP256R1];

/** The group for a client that lists none; the server may then choose (RFC 8422 §4). */
export const GROUP_DEFAULT: Group = SECP256R1;

/** The server's side of one key exchange. */
export interface KeyExchange {
  readonly group: Group;
  /** The server's key share, which is sent to the client. */
  readonly publicKey: Buffer;
  /**
   * Computes the secret that is shared with a client's public key.
   * @throws Error if the key is not a point of the curve, or has low order
   */
  secretWith(publicKey: Buffer): Buffer;
}

/** Creates a new key pair for one handshake. */
export function startKeyExchange(group: Group): KeyExchange {
  return group === X25519 ? startX25519() : startP256();
}

/** The bytes before the 32 bytes of an X25519 key in SubjectPublicKeyInfo (RFC 8410 §4). */
const X25519_PREFIX = Buffer.from("302a300506032b656e032100", "hex");

function startX25519(): KeyExchange {
  const { privateKey, publicKey } = generateKeyPairSync("x25519");
  return {
    group: X25519,
    publicKey: publicKey.export({ format: "der", type: "spki" }).subarray(X25519_PREFIX.length),
    secretWith(other) {
      const der = Buffer.concat([X25519_PREFIX, other]);
      return diffieHellman({
        privateKey,
        publicKey: createPublicKey({ key: der, format: "der", type: "spki" }),
      });
    },
  };
}

function startP256(): KeyExchange {
  const ecdh = createECDH("prime256v1");
  return {
    group: SECP256R1,
    publicKey: ecdh.generateKeys(),
    secretWith: (other) => ecdh.computeSecret(other),
  };
}
