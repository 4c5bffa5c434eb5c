import { type Cipheriv, createCipheriv } from "node:crypto";
import type { SessionKeys } from "./srtp-keys.ts";

const BLOCK_BYTES = 16;
/** Counter blocks for AES, enough for an ordinary datagram; replaced by a longer buffer when necessary. */
let blocks = Buffer.alloc(128 * BLOCK_BYTES);

/**
 * AES in counter mode as SRTP and SRTCP use it (RFC 3711 §4.1.1), for single packets under one key. To create
 * a cipher for each packet takes many times as long as to encrypt it. One cipher in electronic-codebook mode
 * serves all packets: it encrypts the counter blocks, which gives the keystream.
 */
export class CounterMode {
  readonly #keys: Pick<SessionKeys, "cipher" | "salt">;
  /** Created with the first packet, because many listeners never send or receive one. */
  #cipher: Cipheriv | undefined;

  constructor(keys: Pick<SessionKeys, "cipher" | "salt">) {
    this.#keys = keys;
  }

  /**
   * Encrypts or decrypts a packet. Its index is `high` · 2^32 + `low`.
   * @returns a new buffer, as long as `data`
   */
  crypt(ssrc: number, high: number, low: number, data: Uint8Array): Buffer {
    this.#cipher ??= createCipheriv("aes-128-ecb", this.#keys.cipher, null).setAutoPadding(false);
    const count = Math.ceil(data.length / BLOCK_BYTES);
    if (blocks.length < count * BLOCK_BYTES) blocks = Buffer.alloc(count * BLOCK_BYTES);
    writeCounter(blocks, 0, this.#keys.salt, ssrc, high, low);
    for (let n = 1; n < count; n++) {
      blocks.copyWithin(n * BLOCK_BYTES, 0, BLOCK_BYTES);
      blocks.writeUInt16BE(n, n * BLOCK_BYTES + 14);
    }
    const result = this.#cipher.update(blocks.subarray(0, count * BLOCK_BYTES));
    for (let n = 0; n < data.length; n++) result[n]! ^= data[n]!;
    return result.subarray(0, data.length);
  }
}

/**
 * Writes the first counter block of a packet's keystream (RFC 3711 §4.1.1):
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
