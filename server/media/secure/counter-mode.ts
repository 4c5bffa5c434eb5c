import { type Cipheriv, createCipheriv } from "node:crypto";
import { type SessionKeys, writeCounter } from "./srtp-keys.ts";

const BLOCK = 16;
/** Counter blocks on their way to AES: of the longest datagram, made longer as longer ones come. */
let blocks = Buffer.alloc(128 * BLOCK);

/**
 * AES in counter mode as SRTP and SRTCP use it (RFC 3711 §4.1.1), for single packets under one key. A cipher
 * that Node makes anew for each packet takes many times as long as the encryption: one in electronic-codebook
 * mode, kept, gives the keystream of any packet.
 */
export class CounterMode {
  readonly #keys: Pick<SessionKeys, "cipher" | "salt">;
  /** Made with the first packet, for many a listener never sends or gets one. */
  #cipher: Cipheriv | undefined;

  constructor(keys: Pick<SessionKeys, "cipher" | "salt">) {
    this.#keys = keys;
  }

  /**
   * Encrypts or decrypts.
   * @param high the packet index is `high` · 2^32 + `low`
   * @returns new bytes, as many as there are in `data`
   */
  crypt(ssrc: number, high: number, low: number, data: Uint8Array): Buffer {
    this.#cipher ??= createCipheriv("aes-128-ecb", this.#keys.cipher, null).setAutoPadding(false);
    const count = Math.ceil(data.length / BLOCK);
    if (blocks.length < count * BLOCK) blocks = Buffer.alloc(count * BLOCK);
    writeCounter(blocks, 0, this.#keys.salt, ssrc, high, low);
    for (let n = 1; n < count; n++) {
      blocks.copyWithin(n * BLOCK, 0, BLOCK);
      blocks.writeUInt16BE(n, n * BLOCK + 14);
    }
    const result = this.#cipher.update(blocks.subarray(0, count * BLOCK));
    for (let n = 0; n < data.length; n++) result[n]! ^= data[n]!;
    return result.subarray(0, data.length);
  }
}
