import { TokenBucket } from "../../limits/rate.ts";
import { now } from "../clock.ts";
import type { HmacSha1 } from "../kernel/hmac.ts";
import { CounterMode } from "./counter-mode.ts";
import { ReplayWindow } from "./replay.ts";
import { deriveSessionKeys, type MasterKey, TAG_LENGTH } from "./srtp-keys.ts";

/**
 * RTCP's first 8 bytes stay in the clear; the E flag and index, and the tag, follow the packet (RFC 3711
 * §3.4).
 */
const CLEAR_LENGTH = 8;
const INDEX_LENGTH = 4;
const ENCRYPTED_FLAG = 0x8000_0000;

/**
 * What one peer's RTCP may cost a second, in bytes, where a datagram counts as {@link RTCP_COST_MIN} at
 * least: 100 datagrams, or 50 of the longest that a network carries whole. A browser sends a few reports a
 * second, and with losses 50 NACKs of up to 100 bytes.
 */
const RTCP_PER_SECOND = 75_000;
const RTCP_COST_MIN = 750;

/**
 * Bounds how much of a peer's RTCP is looked at, before it is known to be the peer's own. Who forges its
 * address can use this up, but the peer loses no more by it than repeats and figures.
 */
export class RtcpBudget {
  readonly #budget = new TokenBucket({ burst: RTCP_PER_SECOND, perSecond: RTCP_PER_SECOND }, now());

  /** Whether a datagram may be opened. */
  admits(datagram: Buffer): boolean {
    return this.#budget.take(Math.max(datagram.length, RTCP_COST_MIN), now());
  }
}

/** Opens a browser's RTCP: authenticates, refuses replays, decrypts. */
export class SrtcpOpener {
  readonly #auth: HmacSha1;
  readonly #cipher: CounterMode;
  readonly #window = new ReplayWindow();

  constructor(master: MasterKey) {
    const keys = deriveSessionKeys(master, "rtcp");
    this.#auth = keys.auth;
    this.#cipher = new CounterMode(keys);
  }

  /**
   * The compound RTCP packet in the clear; undefined if it is malformed, forged, replayed or not encrypted.
   */
  open(data: Buffer): Buffer | undefined {
    const tagAt = data.length - TAG_LENGTH;
    const indexAt = tagAt - INDEX_LENGTH;
    if (indexAt < CLEAR_LENGTH) return;
    const word = data.readUInt32BE(indexAt);
    const index = word & 0x7fff_ffff;
    if (word < ENCRYPTED_FLAG || !this.#window.isNew(index)) return;
    if (!this.#auth.verifies(data.subarray(tagAt), data.subarray(0, tagAt))) return;
    this.#window.accept(index);
    const clear = this.#cipher.crypt(data.readUInt32BE(4), 0, index, data.subarray(CLEAR_LENGTH, indexAt));
    return Buffer.concat([data.subarray(0, CLEAR_LENGTH), clear]);
  }
}

/** Protects RTCP for one browser. */
export class SrtcpProtector {
  readonly #auth: HmacSha1;
  readonly #cipher: CounterMode;
  #index = 0;

  constructor(master: MasterKey) {
    const keys = deriveSessionKeys(master, "rtcp");
    this.#auth = keys.auth;
    this.#cipher = new CounterMode(keys);
  }

  /** The SRTCP packet for a compound RTCP packet. */
  protect(rtcp: Buffer): Buffer {
    // 2^31 packets, one every few seconds, outlast any song.
    this.#index = (this.#index + 1) % ENCRYPTED_FLAG;
    const secret = this.#cipher.crypt(rtcp.readUInt32BE(4), 0, this.#index, rtcp.subarray(CLEAR_LENGTH));
    const trailer = Buffer.allocUnsafe(INDEX_LENGTH);
    trailer.writeUInt32BE(ENCRYPTED_FLAG + this.#index);
    const body = Buffer.concat([rtcp.subarray(0, CLEAR_LENGTH), secret, trailer]);
    return Buffer.concat([body, this.#auth.digest(body).subarray(0, TAG_LENGTH)]);
  }
}
