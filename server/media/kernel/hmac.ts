import { timingSafeEqual } from "node:crypto";
import { createKernel } from "./kernel.ts";
import { keyState } from "./sha1.ts";

/** Longest message: that of the longest datagram. */
const MESSAGE_BYTES_MAX = 65_535;
/** Space after a message for SHA-1's padding. */
const PADDING_BYTES = 96;

/** Length of SHA-1's state and of its digest: five words. */
const STATE_BYTES = 20;

/** The first address after the kernel's scratch area. */
const STATES_AT = 4096;
const DIGEST_AT = STATES_AT + 2 * STATE_BYTES;
const MESSAGE_AT = DIGEST_AT + STATE_BYTES + 4;

const { kernel, memory } = createKernel(MESSAGE_AT + MESSAGE_BYTES_MAX + PADDING_BYTES);
const digest = memory.subarray(DIGEST_AT, DIGEST_AT + STATE_BYTES);

/**
 * HMAC-SHA1 (RFC 2104) with one key for many messages, such as RTCP packets and connectivity checks. For each
 * message, node:crypto looks up the hash and processes the key again, which takes many times as long as the
 * hash itself.
 */
export class HmacSha1 {
  /** SHA-1's states after the inner and the outer key block, as the kernel reads them. */
  readonly states: Uint8Array;

  /** @param key of 64 bytes at most */
  constructor(key: Uint8Array) {
    this.states = new Uint8Array(2 * STATE_BYTES);
    const view = new DataView(this.states.buffer);
    [...keyState(key, 0x36), ...keyState(key, 0x5c)].forEach((word, n) => {
      view.setUint32(n * 4, word, true);
    });
  }

  /**
   * The 20 bytes of the HMAC of a message in one or two parts. The next call overwrites them, also a call for
   * another key.
   */
  digest(first: Uint8Array, second?: Uint8Array): Buffer {
    const length = first.length + (second?.length ?? 0);
    if (length > MESSAGE_BYTES_MAX) throw new RangeError("the message is longer than any datagram");
    memory.set(this.states, STATES_AT);
    memory.set(first, MESSAGE_AT);
    if (second) memory.set(second, MESSAGE_AT + first.length);
    kernel.hmac(STATES_AT, MESSAGE_AT, length, DIGEST_AT);
    return digest;
  }

  /**
   * Whether a tag is the message's digest, or the first part of it. The comparison takes the same time for
   * every tag of one length.
   */
  verifies(tag: Uint8Array, first: Uint8Array, second?: Uint8Array): boolean {
    return timingSafeEqual(this.digest(first, second).subarray(0, tag.length), tag);
  }
}
