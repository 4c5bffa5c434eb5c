import { TokenBucket } from "../../limits/rate.ts";
import { RTP_PER_MS } from "../../protocol/timing.ts";
import { compactNtp, now } from "../clock.ts";
import { addSample, counts } from "../counters.ts";
import type { Broadcast } from "../fanout/broadcast.ts";
import { PAYLOAD_BYTES_MAX } from "../kernel/layout.ts";
import { RtcpBudget, SrtcpOpener, SrtcpProtector } from "../secure/srtcp.ts";
import { SrtpOpener } from "../secure/srtp.ts";
import type { MasterKey } from "../secure/srtp-keys.ts";
import { readRtcp, writeNack, writeReceiverReport } from "../wire/rtcp.ts";
import type { RtpPacket } from "../wire/rtp.ts";

/** A gap is NACKed at once, and again after this many ms. */
const NACK_INTERVAL_MS = 40;
/** Shortest time between two NACKs, ms, for a host with one gap after another. */
const NACK_SPACING_MS = 10;
/** NACKs for one packet. */
const NACKS_MAX = 4;
/** A larger gap is an outage. Its packets are not requested, because that would add to the congestion. */
const GAP_MAX_PACKETS = 64;
/** Packets further behind the newest are not requested. They would be outside the replay window. */
const MISSING_MAX_PACKETS = 128;

/**
 * Every packet goes to every listener, however small it is. So each counts as at least this fraction of the
 * bytes that a second allows. Browsers send 100 packets a second at most (10 ms each).
 */
const PACKETS_PER_SECOND = 250;
/** A small packet never counts as more than a full datagram. */
const DATAGRAM_MAX_BYTES = 1_500;

export interface PublisherOptions {
  /** A publisher with a greater number has replaced those with smaller ones. */
  number: number;
  /** The server's SSRC in reports. */
  ssrc: number;
  payloadType: number;
  inbound: MasterKey;
  outbound: MasterKey;
  /** Most media accepted, bytes per second, also as a burst. */
  rateMax: number;
  broadcast: Broadcast;
  send(datagram: Buffer): void;
}

/** Reception statistics of the host's stream (RFC 3550 §6.4.1, appendix A.8). */
interface Reception {
  ssrc: number;
  first: number;
  highest: number;
  received: number;
  /** `highest` and `received` at the last report. */
  reported: { highest: number; received: number };
  jitter: number;
  transit: number | undefined;
}

/** The server's media leg to the host. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #rtp: SrtpOpener;
  readonly #rtcpIn: SrtcpOpener;
  readonly #rtcpOut: SrtcpProtector;
  #reception: Reception | undefined;
  /**
   * Limits the media of this host, so that it does not slow down others. Only authentic packets are counted,
   * although decrypting a packet costs more than dropping it. Otherwise forged or replayed packets could use
   * up the limit of the host.
   */
  readonly #limit: TokenBucket;
  /** What the smallest packet counts as, bytes. */
  readonly #costMin: number;
  readonly #rtcpBudget = new RtcpBudget();
  /** Number of NACKs by index of the missing packet. */
  readonly #missing = new Map<number, number>();
  #nackTimer: NodeJS.Timeout | undefined;
  #nackedAt = Number.NEGATIVE_INFINITY;
  /** The host's last sender report, and its arrival (ms). */
  #senderReport = { compactNtp: 0, at: 0 };

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#limit = new TokenBucket({ burst: options.rateMax, perSecond: options.rateMax }, now());
    this.#costMin = Math.min(options.rateMax / PACKETS_PER_SECOND, DATAGRAM_MAX_BYTES);
    this.#rtp = new SrtpOpener(options.inbound);
    this.#rtcpIn = new SrtcpOpener(options.inbound);
    this.#rtcpOut = new SrtcpProtector(options.outbound);
  }

  /** Sends no more NACKs; idempotent. */
  close(): void {
    clearTimeout(this.#nackTimer);
    this.#missing.clear();
  }

  /** Receives an SRTP packet of the host, decrypts it and forwards it to all listeners. */
  receiveRtp(datagram: Buffer): void {
    const receivedAt = now();
    const packet = this.#rtp.open(datagram);
    if (!packet || packet.payloadType !== this.#options.payloadType || packet.payload.length === 0) return;
    if (packet.payload.length > PAYLOAD_BYTES_MAX) return;
    this.#count(packet);
    if (!this.#limit.take(Math.max(datagram.length, this.#costMin), receivedAt)) return;
    this.#options.broadcast.forward(packet, this.#options.number);
    addSample(counts.forwardMs, now() - receivedAt);
  }

  /** Receives an SRTCP packet of the host. */
  receiveRtcp(datagram: Buffer): void {
    const rtcp = this.#rtcpBudget.admits(datagram) ? this.#rtcpIn.open(datagram) : undefined;
    if (!rtcp) return;
    for (const item of readRtcp(rtcp)) {
      if (item.kind !== "sender") continue;
      this.#senderReport = { compactNtp: compactNtp(item.ntp), at: now() };
    }
  }

  /** Sends the host a receiver report. Call it every few seconds. */
  tick(time: number): void {
    const reception = this.#reception;
    if (!reception) return;
    const expected = reception.highest - reception.reported.highest;
    const received = reception.received - reception.reported.received;
    const lost = reception.highest - reception.first + 1 - reception.received;
    reception.reported = { highest: reception.highest, received: reception.received };
    const report = writeReceiverReport(this.#options.ssrc, {
      ssrc: reception.ssrc,
      fractionLost:
        expected > received ? Math.min(255, Math.floor(((expected - received) * 256) / expected)) : 0,
      lost: Math.max(0, Math.min(0x7f_ffff, lost)),
      highest: reception.highest >>> 0,
      jitter: reception.jitter,
      lastSenderReport: this.#senderReport.compactNtp,
      delaySinceLast:
        this.#senderReport.at === 0 ? 0 : Math.round(((time - this.#senderReport.at) / 1000) * 65_536),
    });
    this.#options.send(this.#rtcpOut.protect(report));
  }

  #count({ ssrc, index, timestamp }: RtpPacket & { index: number }): void {
    const transit = (Math.round(now() * RTP_PER_MS) - timestamp) | 0;
    const reception = this.#reception;
    if (reception?.ssrc !== ssrc) {
      this.#missing.clear();
      this.#reception = {
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
    reception.received++;
    const difference = Math.abs((transit - (reception.transit ?? transit)) | 0);
    reception.transit = transit;
    reception.jitter += (difference - reception.jitter) / 16;
    this.#missing.delete(index);
    if (index <= reception.highest) return;
    const gap = index - reception.highest - 1;
    if (gap > 0 && gap <= GAP_MAX_PACKETS) {
      for (let lost = reception.highest + 1; lost < index; lost++) this.#missing.set(lost, 0);
    }
    reception.highest = index;
    for (const lost of this.#missing.keys()) {
      if (lost > index - MISSING_MAX_PACKETS) break;
      this.#missing.delete(lost);
    }
    if (gap > 0 && gap <= GAP_MAX_PACKETS) this.#nackSoon();
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
      if (nacks >= NACKS_MAX) this.#missing.delete(index);
      else {
        this.#missing.set(index, nacks + 1);
        due.push(index & 0xffff);
      }
    }
    if (due.length === 0 || !this.#reception) return;
    this.#nackedAt = now();
    this.#options.send(this.#rtcpOut.protect(writeNack(this.#options.ssrc, this.#reception.ssrc, due)));
    this.#nackIn(NACK_INTERVAL_MS);
  }
}
