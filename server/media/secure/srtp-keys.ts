import { createCipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { HmacSha1 } from "../kernel/hmac.ts";

/** One direction's master key and salt, as DTLS-SRTP gives them (RFC 5764 §4.2). */
export interface MasterKey {
  /** 16 bytes. */
  key: Buffer;
  /** 14 bytes. */
  salt: Buffer;
}

/** The keys of one SRTP or SRTCP stream under AES_CM_128_HMAC_SHA1_80. */
export interface SessionKeys {
  /** AES-128 key, 16 bytes. */
  cipher: KeyObject;
  /** HMAC-SHA1 key, 20 bytes. */
  auth: HmacSha1;
  /** 14 bytes. */
  salt: Buffer;
}

/** Bytes of HMAC-SHA1 that end each packet: 80 bits (RFC 3711 §4.2). */
export const TAG_LENGTH = 10;

/** Derives the session keys for RTP or RTCP with a key derivation rate of zero (RFC 3711 §4.3). */
export function deriveSessionKeys(master: MasterKey, kind: "rtp" | "rtcp"): SessionKeys {
  // Labels of RFC 3711 §4.3.1–2: 0, 1, 2 for SRTP; 3, 4, 5 for SRTCP.
  const first = kind === "rtp" ? 0 : 3;
  const key = createSecretKey(master.key);
  const derive = (label: number, length: number) => deriveKey(key, master.salt, first + label, length);
  return {
    // As a key object: from raw bytes Node makes one anew at every use.
    cipher: createSecretKey(derive(0, 16)),
    auth: new HmacSha1(derive(1, 20)),
    salt: derive(2, 14),
  };
}

function deriveKey(key: KeyObject, salt: Buffer, label: number, length: number): Buffer {
  const iv = Buffer.alloc(16);
  salt.copy(iv);
  iv[7]! ^= label;
  return createCipheriv("aes-128-ctr", key, iv).update(Buffer.alloc(length));
}

/**
 * Writes the counter block that starts a packet's keystream (RFC 3711 §4.1.1):
 * salt · 2^16 ⊕ SSRC · 2^64 ⊕ index · 2^16, where the packet index is `high` · 2^32 + `low`.
 */
export function writeCounter(
  target: Buffer,
  offset: number,
  salt: Buffer,
  ssrc: number,
  high: number,
  low: number,
): void {
  salt.copy(target, offset);
  target.writeUInt16BE(0, offset + 14);
  target.writeInt32BE(target.readInt32BE(offset + 4) ^ ssrc, offset + 4);
  target.writeUInt16BE(target.readUInt16BE(offset + 8) ^ high, offset + 8);
  target.writeInt32BE(target.readInt32BE(offset + 10) ^ low, offset + 10);
}
