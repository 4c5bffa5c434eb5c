import { now } from "../clock.ts";
import type { ReportBlock } from "../wire/rtcp.ts";
import type { RtpPacket } from "../wire/rtp.ts";

/** A gap is NACKed at once, and again after this many ms. */
const NACK_INTERVAL_MS = 40;
/** Shortest time between two NACKs, ms, for a host with one gap after another. */
const NACK_SPACING_MS = 10;
/** NACKs for one packet. */
const NACKS_MAX = 4;
/** Packets that one NACK requests. */
const NACKED_MAX_PACKETS = 128;

export interface ReceptionOptions {
  /** Units of RTP time in one ms. */
  rtpPerMs: number;
  /** A larger gap is an outage. Its packets are not requested, because that would add to the congestion. */
  gapMaxPackets: number;
  /** Packets further behind the newest are not requested. They would be outside the replay window. */
  missingMaxPackets: number;
  /** Requests packets, by their sequence numbers. */
  nack(ssrc: number, sequences: readonly number[]): void;
}

/** What has come of the stream's SSRC (RFC 3550 §6.4.1, appendix A.8). */
interface Received {
  ssrc: number;
  first: number;
  highest: number;
  received: number;
  /** `highest` and `received` at the last report. */
  reported: { highest: number; received: number };
  jitter: number;
  transit: number | undefined;
}

/** Reception of one of a host's streams: its statistics, and requests for what is missing. */
export class Reception {
  readonly #options: ReceptionOptions;
  #stream: Received | undefined;
  /** Number of NACKs by index of the missing packet. */
  readonly #missing = new Map<number, number>();
  #nackTimer: NodeJS.Timeout | undefined;
  #nackedAt = Number.NEGATIVE_INFINITY;
  /** The host's last sender report, and its arrival (ms). */
  #senderReport = { compactNtp: 0, at: 0 };

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** Sends no more NACKs; idempotent. */
  close(): void {
    clearTimeout(this.#nackTimer);
    this.#missing.clear();
  }

  /** Takes a sender report of the stream. @param compactNtp the middle 32 bits of its NTP time */
  setSenderReport(compactNtp: number, at: number): void {
    this.#senderReport = { compactNtp, at };
  }

  /** The report about the stream since the last call; undefined before its first packet. */
  report(time: number): ReportBlock | undefined {
    const stream = this.#stream;
    if (!stream) return;
    const expected = stream.highest - stream.reported.highest;
    const received = stream.received - stream.reported.received;
    const lost = stream.highest - stream.first + 1 - stream.received;
    stream.reported = { highest: stream.highest, received: stream.received };
    const { compactNtp, at } = this.#senderReport;
    return {
      ssrc: stream.ssrc,
      fractionLost:
        expected > received ? Math.min(255, Math.floor(((expected - received) * 256) / expected)) : 0,
      lost: Math.max(0, Math.min(0x7f_ffff, lost)),
      highest: stream.highest >>> 0,
      jitter: stream.jitter,
      lastSenderReport: compactNtp,
      delaySinceLast: at === 0 ? 0 : Math.round(((time - at) / 1000) * 65_536),
    };
  }

  /** Counts one packet, and requests those that are missing before it. */
  count({ ssrc, index, timestamp }: RtpPacket & { index: number }): void {
    const { rtpPerMs, gapMaxPackets, missingMaxPackets } = this.#options;
    const transit = (Math.round(now() * rtpPerMs) - timestamp) | 0;
    const stream = this.#stream;
    if (stream?.ssrc !== ssrc) {
      this.#missing.clear();
      this.#stream = {
        ssrc,
        first: index,
        highest: index,
        received: 1,
        reported: { highest: index - 1, received: 0 },
        jitter: 0,
        transit,
      };
      return;
    }
    stream.received++;
    const difference = Math.abs((transit - (stream.transit ?? transit)) | 0);
    stream.transit = transit;
    stream.jitter += (difference - stream.jitter) / 16;
    this.#missing.delete(index);
    if (index <= stream.highest) return;
    const gap = index - stream.highest - 1;
    if (gap > 0 && gap <= gapMaxPackets) {
      for (let lost = stream.highest + 1; lost < index; lost++) this.#missing.set(lost, 0);
    }
    stream.highest = index;
    for (const lost of this.#missing.keys()) {
      if (lost > index - missingMaxPackets) break;
      this.#missing.delete(lost);
    }
    if (gap > 0 && gap <= gapMaxPackets) this.#nackSoon();
  }

  #nackSoon(): void {
    const wait = this.#nackedAt + NACK_SPACING_MS - now();
    if (wait <= 0) this.#sendNack();
    else this.#nackIn(wait);
  }

  #nackIn(ms: number): void {
    clearTimeout(this.#nackTimer);
    this.#nackTimer = setTimeout(() => this.#sendNack(), ms).unref();
  }

  #sendNack(): void {
    const due: number[] = [];
    for (const [index, nacks] of this.#missing) {
      if (due.length >= NACKED_MAX_PACKETS) break;
      if (nacks >= NACKS_MAX) this.#missing.delete(index);
      else {
        this.#missing.set(index, nacks + 1);
        due.push(index & 0xffff);
      }
    }
    if (due.length === 0 || !this.#stream) return;
    this.#nackedAt = now();
    this.#options.nack(this.#stream.ssrc, due);
    this.#nackIn(NACK_INTERVAL_MS);
  }
}
