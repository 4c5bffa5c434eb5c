import { REPLAY_WINDOW, ReplayWindow } from "../../limits/replay-window.ts";
import type { HmacSha1 } from "../kernel/hmac.ts";
import { RTP_HEADER_LENGTH, type RtpPacket, readRtp } from "../wire/rtp.ts";
import { CounterMode } from "./counter-mode.ts";
import { nearestIndex, SEQUENCE_NUMBERS } from "./packet-index.ts";
import { deriveSessionKeys, type MasterKey, TAG_LENGTH } from "./srtp-keys.ts";

/** SSRCs that are accepted from one browser. A host needs three; each costs memory. */
const STREAMS_MAX = 6;

/** Opens SRTP packets of one browser: rejects replays, authenticates, decrypts (RFC 3711 §3.3). */
export class SrtpOpener {
  readonly #auth: HmacSha1;
  readonly #cipher: CounterMode;
  readonly #streams = new Map<number, ReplayWindow>();

  readonly #lateMax: number;

  /** @param lateMax how many packets a packet may be behind the newest of its stream */
  constructor(master: MasterKey, lateMax = REPLAY_WINDOW) {
    this.#lateMax = lateMax;
    const keys = deriveSessionKeys(master, "rtp");
    this.#auth = keys.auth;
    this.#cipher = new CounterMode(keys);
  }

  /**
   * The packet with its payload decrypted; undefined if it is malformed, forged or replayed. `index` is its
   * sequence number plus 2^16 for each rollover.
   */
  open(data: Buffer): (RtpPacket & { index: number }) | undefined {
    const end = data.length - TAG_LENGTH;
    const packet = end > RTP_HEADER_LENGTH ? readRtp(data.subarray(0, end)) : undefined;
    if (!packet) return;
    const stream = this.#streams.get(packet.ssrc);
    const index = stream ? nearestIndex(packet.sequence, stream.newest) : packet.sequence;
    if (stream ? !stream.isNew(index) : this.#streams.size >= STREAMS_MAX) return;

    const rollovers = Math.floor(index / SEQUENCE_NUMBERS);
    const trailer = Buffer.allocUnsafe(4);
    trailer.writeUInt32BE(rollovers);
    if (!this.#auth.verifies(data.subarray(end), data.subarray(0, end), trailer)) return;

    const window = stream ?? new ReplayWindow(this.#lateMax);
    if (!stream) this.#streams.set(packet.ssrc, window);
    window.accept(index);

    const low = ((rollovers << 16) | packet.sequence) >>> 0;
    const payload = this.#cipher.crypt(packet.ssrc, rollovers >>> 16, low, packet.payload);
    return { ...packet, payload: withoutPadding(payload, packet.padded), index };
  }
}

/** Removes the padding, whose length is in its last byte (RFC 3550 §5.1). */
function withoutPadding(payload: Buffer, padded: boolean): Buffer {
  const padding = padded ? (payload.at(-1) ?? 0) : 0;
  return padding <= payload.length ? payload.subarray(0, payload.length - padding) : payload.subarray(0, 0);
}
