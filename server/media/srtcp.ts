import { createCipheriv } from "node:crypto";
import { ReplayWindow } from "./replay.ts";
import {
  deriveSessionKeys,
  type MasterKey,
  type SessionKeys,
  TAG_LENGTH,
  writeCounter,
} from "./srtp-keys.ts";

/** RTCP's first 8 bytes stay in the clear; the E flag and index, and the tag, follow the packet (RFC 3711 §3.4). */
const CLEAR_LENGTH = 8;
const INDEX_LENGTH = 4;
const ENCRYPTED_FLAG = 0x8000_0000;

/** Opens a browser's RTCP: authenticates, refuses replays, decrypts. */
export class SrtcpOpener {
  readonly #keys: SessionKeys;
  readonly #window = new ReplayWindow();

  constructor(master: MasterKey) {
    this.#keys = deriveSessionKeys(master, "rtcp");
  }

  /** The compound RTCP packet in the clear; undefined if it is malformed, forged, replayed or not encrypted. */
  open(data: Buffer): Buffer | undefined {
    const tagAt = data.length - TAG_LENGTH;
    const indexAt = tagAt - INDEX_LENGTH;
    if (indexAt < CLEAR_LENGTH) return;
    const word = data.readUInt32BE(indexAt);
    const index = word & 0x7fff_ffff;
    if (word < ENCRYPTED_FLAG || !this.#window.isNew(index)) return;
    if (!this.#keys.auth.verifies(data.subarray(tagAt), data.subarray(0, tagAt))) return;
    this.#window.accept(index);
    const clear = crypt(this.#keys, data.readUInt32BE(4), index, data.subarray(CLEAR_LENGTH, indexAt));
    return Buffer.concat([data.subarray(0, CLEAR_LENGTH), clear]);
  }
}

/** Protects RTCP for one browser. */
export class SrtcpProtector {
  readonly #keys: SessionKeys;
  #index = 0;

  constructor(master: MasterKey) {
    this.#keys = deriveSessionKeys(master, "rtcp");
  }

  /** The SRTCP packet for a compound RTCP packet. */
  protect(rtcp: Buffer): Buffer {
    // 2^31 packets, one every few seconds, outlast any song.
    this.#index = (this.#index + 1) % ENCRYPTED_FLAG;
    const secret = crypt(this.#keys, rtcp.readUInt32BE(4), this.#index, rtcp.subarray(CLEAR_LENGTH));
    const trailer = Buffer.allocUnsafe(INDEX_LENGTH);
    trailer.writeUInt32BE(ENCRYPTED_FLAG + this.#index);
    const body = Buffer.concat([rtcp.subarray(0, CLEAR_LENGTH), secret, trailer]);
    return Buffer.concat([body, this.#keys.auth.digest(body).subarray(0, TAG_LENGTH)]);
  }
}

function crypt(keys: SessionKeys, ssrc: number, index: number, data: Buffer): Buffer {
  const counter = Buffer.allocUnsafe(16);
  writeCounter(counter, 0, keys.salt, ssrc, 0, index);
  return createCipheriv("aes-128-ctr", keys.cipher, counter).update(data);
}
