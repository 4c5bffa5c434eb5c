import { timingSafeEqual } from "node:crypto";
import { createKernel } from "./kernel.ts";
import { keyState } from "./sha1.ts";

/** Longest message, in bytes: any datagram. */
const MESSAGE_MAX = 65_535;
/** Room behind a message for SHA-1's padding. */
const PADDING = 96;

/** SHA-1's state, and its digest: five words. */
const STATE_LENGTH = 20;

// The kernel's memory here: its own scratch area first, which ends before this.
const STATES_AT = 4096;
const DIGEST_AT = STATES_AT + 2 * STATE_LENGTH;
const MESSAGE_AT = DIGEST_AT + STATE_LENGTH + 4;

const { kernel, memory } = createKernel(MESSAGE_AT + MESSAGE_MAX + PADDING);
const digest = memory.subarray(DIGEST_AT, DIGEST_AT + STATE_LENGTH);

/**
 * HMAC-SHA1 (RFC 2104) with a key that is used again and again, for reports and connectivity checks:
 * node:crypto looks the hash up and sets the key anew for each message, which takes many times as long as the
 * hash.
 */
export class HmacSha1 {
  /** SHA-1's states after the inner and the outer key block, as the kernel reads them. */
  readonly states: Uint8Array;

  /** @param key of 64 bytes at most */
  constructor(key: Uint8Array) {
    this.states = new Uint8Array(2 * STATE_LENGTH);
    const view = new DataView(this.states.buffer);
    [...keyState(key, 0x36), ...keyState(key, 0x5c)].forEach((word, n) => {
      view.setUint32(n * 4, word, true);
    });
  }

  /**
   * The 20 bytes for a message, in parts that follow each other. They are overwritten by the next call on any
   * key.
   */
  digest(first: Uint8Array, second?: Uint8Array): Buffer {
    const length = first.length + (second?.length ?? 0);
    if (length > MESSAGE_MAX) throw new RangeError("longer than any datagram");
    memory.set(this.states, STATES_AT);
    memory.set(first, MESSAGE_AT);
    if (second) memory.set(second, MESSAGE_AT + first.length);
    kernel.hmac(STATES_AT, MESSAGE_AT, length, DIGEST_AT);
    return digest;
  }

  /** Whether a tag, the digest or the first part of it, belongs to a message; takes the same time for any. */
  verifies(tag: Uint8Array, first: Uint8Array, second?: Uint8Array): boolean {
    return timingSafeEqual(this.digest(first, second).subarray(0, tag.length), tag);
  }
}
