import { createCipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { HmacSha1 } from "../kernel/hmac.ts";

/** The master key and salt of one direction, derived by DTLS-SRTP (RFC 5764 §4.2). */
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
  /** HMAC-SHA1 with the stream's key of 20 bytes. */
  auth: HmacSha1;
  /** 14 bytes. */
  salt: Buffer;
}

/** Bytes of the tag at the end of each packet: the first 80 bits of its HMAC-SHA1 (RFC 3711 §4.2). */
export const TAG_LENGTH = 10;

/** Derives the session keys for RTP or RTCP. The key derivation rate is zero (RFC 3711 §4.3). */
export function deriveSessionKeys(master: MasterKey, kind: "rtp" | "rtcp"): SessionKeys {
  // Labels of RFC 3711 §4.3.1–2: 0, 1, 2 for SRTP; 3, 4, 5 for SRTCP.
  const first = kind === "rtp" ? 0 : 3;
  const key = createSecretKey(master.key);
  const derive = (label: number, length: number) => deriveKey(key, master.salt, first + label, length);
  return {
    // A key object, because Node would create one from raw bytes at every use.
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
