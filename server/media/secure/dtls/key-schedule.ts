import { createHash, createHmac, createSecretKey } from "node:crypto";
import type { MasterKey } from "../srtp-keys.ts";

/** The keys of one side's records: an AES-128 key and the fixed part of the nonce (RFC 5288 §3). */
export interface DirectionKeys {
  /** 16 bytes. */
  key: Buffer;
  /** 4 bytes. */
  iv: Buffer;
}

/** The same kind of value for the client and for the server. */
export interface BothSides<T> {
  client: T;
  server: T;
}

/** The random bytes of the two hellos, 32 each. */
export interface Randoms {
  client: Buffer;
  server: Buffer;
}

const MASTER_SECRET_LENGTH = 48;
const VERIFY_DATA_LENGTH = 12;
const AES_KEY_LENGTH = 16;
const GCM_IV_LENGTH = 4;
const SRTP_SALT_LENGTH = 14;

/** The pseudorandom function with SHA-256 (RFC 5246 §5). */
export function prf(secret: Buffer, label: string, seed: Buffer, length: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label, "latin1"), seed]);
  // A key object, because Node would create one from raw bytes for each HMAC, which takes five times as long.
  const key = createSecretKey(secret);
  const hmac = (data: Buffer) => createHmac("sha256", key).update(data).digest();
  const parts: Buffer[] = [];
  for (let a = hmac(labelled), made = 0; made < length; a = hmac(a), made += 32) {
    parts.push(hmac(Buffer.concat([a, labelled])));
  }
  return Buffer.concat(parts).subarray(0, length);
}

/**
 * The extended master secret (RFC 7627 §4). It depends on all messages up to the ClientKeyExchange, which
 * binds the keys to the certificates and key shares of this handshake.
 * @param transcript these messages
 */
export function masterSecret(premaster: Buffer, transcript: Buffer): Buffer {
  return prf(premaster, "extended master secret", sha256(transcript), MASTER_SECRET_LENGTH);
}

/** The keys of the records of epoch 1 (RFC 5246 §6.3), for AES-128-GCM. */
export function recordKeys(master: Buffer, { client, server }: Randoms): BothSides<DirectionKeys> {
  const length = 2 * (AES_KEY_LENGTH + GCM_IV_LENGTH);
  const take = taker(prf(master, "key expansion", Buffer.concat([server, client]), length));
  const [clientKey, serverKey] = [take(AES_KEY_LENGTH), take(AES_KEY_LENGTH)];
  return {
    client: { key: clientKey, iv: take(GCM_IV_LENGTH) },
    server: { key: serverKey, iv: take(GCM_IV_LENGTH) },
  };
}

/** The SRTP master keys of AES128_CM_HMAC_SHA1_80 (RFC 5764 §4.2). */
export function srtpKeys(master: Buffer, { client, server }: Randoms): BothSides<MasterKey> {
  const length = 2 * (AES_KEY_LENGTH + SRTP_SALT_LENGTH);
  const take = taker(prf(master, "EXTRACTOR-dtls_srtp", Buffer.concat([client, server]), length));
  const [clientKey, serverKey] = [take(AES_KEY_LENGTH), take(AES_KEY_LENGTH)];
  return {
    client: { key: clientKey, salt: take(SRTP_SALT_LENGTH) },
    server: { key: serverKey, salt: take(SRTP_SALT_LENGTH) },
  };
}

/**
 * The content of a Finished message, which proves that its sender saw the same handshake (RFC 5246 §7.4.9).
 */
export function verifyData(master: Buffer, side: "client" | "server", transcript: Buffer): Buffer {
  return prf(master, `${side} finished`, sha256(transcript), VERIFY_DATA_LENGTH);
}

function sha256(data: Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}

/** Returns the next piece of a block at each call; a copy, because a view would retain the whole block. */
function taker(block: Buffer): (length: number) => Buffer {
  let at = 0;
  return (length) => {
    at += length;
    return Buffer.from(block.subarray(at - length, at));
  };
}
