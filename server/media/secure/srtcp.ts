import { TokenBucket } from "../../limits/rate.ts";
import { ReplayWindow } from "../../limits/replay-window.ts";
import { now } from "../clock.ts";
import type { HmacSha1 } from "../kernel/hmac.ts";
import { CounterMode } from "./counter-mode.ts";
import { deriveSessionKeys, type MasterKey, TAG_LENGTH } from "./srtp-keys.ts";

/** The first bytes of an RTCP packet, which SRTCP does not encrypt (RFC 3711 §3.4). */
const CLEAR_LENGTH = 8;
/** The E flag and the index, between the encrypted packet and the tag (RFC 3711 §3.4). */
const INDEX_LENGTH = 4;
/** The E flag: the packet is encrypted. */
const ENCRYPTED_FLAG = 0x8000_0000;

/** SSRCs from which RTCP of one browser is accepted: it has one for each section, and more after a change. */
const SENDERS_MAX = 8;

/**
 * RTCP that is opened for one peer. It admits 100 short datagrams a second, or 50 of 1,500 bytes. A browser
 * sends a few reports a second and, when packets are lost, 50 NACKs of up to 100 bytes.
 */
const RTCP_BYTES_PER_SECOND = 75_000;
/** A shorter datagram counts as this many bytes. */
const RTCP_COST_BYTES_MIN = 750;

/**
 * Limits how much RTCP is authenticated for a peer. An attacker who forges the peer's address can exhaust
 * this limit; the peer then misses retransmissions and statistics, but no media.
 */
export class RtcpBudget {
  readonly #budget = new TokenBucket(
    { burst: RTCP_BYTES_PER_SECOND, perSecond: RTCP_BYTES_PER_SECOND },
    now(),
  );

  /** Whether a datagram may be opened. */
  admits(datagram: Buffer): boolean {
    return this.#budget.take(Math.max(datagram.length, RTCP_COST_BYTES_MIN), now());
  }
}

/** Opens SRTCP packets of one browser: rejects replays, authenticates, decrypts. */
export class SrtcpOpener {
  readonly #auth: HmacSha1;
  readonly #cipher: CounterMode;
  /** By the SSRC of the sender: each counts its packets on its own (RFC 3711 §3.2.3). */
  readonly #senders = new Map<number, ReplayWindow>();

  constructor(master: MasterKey) {
    const keys = deriveSessionKeys(master, "rtcp");
    this.#auth = keys.auth;
    this.#cipher = new CounterMode(keys);
  }

  /**
   * The compound RTCP packet in the clear; undefined if the SRTCP packet is malformed, forged, replayed or
   * not encrypted.
   */
  open(data: Buffer): Buffer | undefined {
    const tagAt = data.length - TAG_LENGTH;
    const indexAt = tagAt - INDEX_LENGTH;
    if (indexAt < CLEAR_LENGTH) return;
    const word = data.readUInt32BE(indexAt);
    const index = word & 0x7fff_ffff;
    if (word < ENCRYPTED_FLAG) return;
    const ssrc = data.readUInt32BE(4);
    const sender = this.#senders.get(ssrc);
    if (sender ? !sender.isNew(index) : this.#senders.size >= SENDERS_MAX) return;
    if (!this.#auth.verifies(data.subarray(tagAt), data.subarray(0, tagAt))) return;
    const window = sender ?? new ReplayWindow();
    if (!sender) this.#senders.set(ssrc, window);
    window.accept(index);
    const clear = this.#cipher.crypt(ssrc, 0, index, data.subarray(CLEAR_LENGTH, indexAt));
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
    // The index repeats after 2^31 packets. At one packet every few seconds, that takes more than a century.
    this.#index = (this.#index + 1) % ENCRYPTED_FLAG;
    const secret = this.#cipher.crypt(rtcp.readUInt32BE(4), 0, this.#index, rtcp.subarray(CLEAR_LENGTH));
    const trailer = Buffer.allocUnsafe(INDEX_LENGTH);
    trailer.writeUInt32BE(ENCRYPTED_FLAG + this.#index);
    const body = Buffer.concat([rtcp.subarray(0, CLEAR_LENGTH), secret, trailer]);
    return Buffer.concat([body, this.#auth.digest(body).subarray(0, TAG_LENGTH)]);
  }
}
