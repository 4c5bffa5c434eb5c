/** SRTP and SRTCP (RFC 3711), written only for these checks: this file shares no code with the server. */
import { type Cipheriv, createCipheriv, hash } from "node:crypto";

export interface Master {
  /** 16 bytes. */
  key: Buffer;
  /** 14 bytes. */
  salt: Buffer;
}

export const TAG = 10;
export const HEADER = 12;
const BLOCK = 16;
const HASH_BLOCK = 64;
const HASH = 20;

/** One stream's session keys (RFC 3711 §4.3), for encryption and tags under AES_CM_128_HMAC_SHA1_80. */
export class Keys {
  readonly #cipher: Cipheriv;
  readonly #salt: Buffer;
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  /** @param firstLabel 0 for SRTP, 3 for SRTCP */
  constructor({ key, salt }: Master, firstLabel: 0 | 3) {
    const derive = (label: number, length: number) => {
      const start = Buffer.concat([salt, Buffer.alloc(2)]);
      start[7] = start[7]! ^ label;
      return createCipheriv("aes-128-ctr", key, start).update(Buffer.alloc(length));
    };
    this.#cipher = createCipheriv("aes-128-ecb", derive(firstLabel, 16), null).setAutoPadding(false);
    const auth = Buffer.concat([derive(firstLabel + 1, 20), Buffer.alloc(HASH_BLOCK - 20)]);
    this.#inner = auth.map((byte) => byte ^ 0x36) as Buffer;
    this.#outer = auth.map((byte) => byte ^ 0x5c) as Buffer;
    this.#salt = derive(firstLabel + 2, 14);
  }

  /** The keystream of one packet (§4.1.1), in whole blocks. */
  keystream(ssrc: number, index: number, length: number): Buffer {
    const count = Math.ceil(length / BLOCK);
    const blocks = scratch.subarray(0, count * BLOCK);
    this.#salt.copy(blocks);
    blocks.writeUInt32BE((blocks.readUInt32BE(4) ^ ssrc) >>> 0, 4);
    const [high, low] = [Math.floor(index / 2 ** 32), index % 2 ** 32];
    blocks.writeUInt16BE(blocks.readUInt16BE(8) ^ high, 8);
    blocks.writeUInt32BE((blocks.readUInt32BE(10) ^ low) >>> 0, 10);
    for (let n = 0; n < count; n++) {
      if (n > 0) blocks.copyWithin(n * BLOCK, 0, 14);
      blocks[n * BLOCK + 14] = n >> 8;
      blocks[n * BLOCK + 15] = n & 0xff;
    }
    return this.#cipher.update(blocks);
  }

  /** The tag: HMAC-SHA1 (RFC 2104) of a message and, for RTP, of its rollover counter after it (§4.2). */
  tag(message: Buffer, rollovers?: number): Buffer {
    this.#inner.copy(scratch);
    message.copy(scratch, HASH_BLOCK);
    let end = HASH_BLOCK + message.length;
    if (rollovers !== undefined) end = scratch.writeUInt32BE(rollovers >>> 0, end);
    const inner = hash("sha1", scratch.subarray(0, end), "buffer");
    this.#outer.copy(scratch);
    inner.copy(scratch, HASH_BLOCK);
    return hash("sha1", scratch.subarray(0, HASH_BLOCK + HASH), "buffer").subarray(0, TAG);
  }
}

const scratch = Buffer.alloc(4096);

/** An SRTP packet as a browser sends it. */
export function protectRtp(
  keys: Keys,
  packet: { index: number; timestamp: number; ssrc: number; payloadType: number; payload: Buffer },
): Buffer {
  const { index, ssrc, payload } = packet;
  const data = Buffer.alloc(HEADER + payload.length);
  data[0] = 0x80;
  data[1] = packet.payloadType;
  data.writeUInt16BE(index % 0x1_0000, 2);
  data.writeUInt32BE(packet.timestamp >>> 0, 4);
  data.writeUInt32BE(ssrc, 8);
  const stream = keys.keystream(ssrc, index, payload.length);
  for (let n = 0; n < payload.length; n++) data[HEADER + n] = payload[n]! ^ stream[n]!;
  return Buffer.concat([data, keys.tag(data, Math.floor(index / 0x1_0000))]);
}

/** A generic NACK (RFC 4585 §6.2.1) as SRTCP, with an empty mask for each sequence number. */
export function protectNack(keys: Keys, index: number, ssrc: number, sequences: readonly number[]): Buffer {
  const clear = Buffer.alloc(12 + 4 * sequences.length);
  clear.writeUInt16BE(0x81cd, 0);
  clear.writeUInt16BE(clear.length / 4 - 1, 2);
  clear.writeUInt32BE(1, 4);
  clear.writeUInt32BE(ssrc, 8);
  sequences.forEach((sequence, n) => {
    clear.writeUInt16BE(sequence & 0xffff, 12 + 4 * n);
  });
  const stream = keys.keystream(1, index, clear.length - 8);
  for (let n = 8; n < clear.length; n++) clear[n] = clear[n]! ^ stream[n - 8]!;
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32BE((0x8000_0000 | index) >>> 0);
  const body = Buffer.concat([clear, trailer]);
  return Buffer.concat([body, keys.tag(body)]);
}
