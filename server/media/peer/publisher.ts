import { RTP_PER_MS } from "../../protocol/timing.ts";
import { Budget } from "../budget.ts";
import { now } from "../clock.ts";
import { counts, sample } from "../counters.ts";
import type { Broadcast } from "../fanout/broadcast.ts";
import { PAYLOAD_BYTES_MAX } from "../kernel/layout.ts";
import { RtcpBudget, SrtcpOpener, SrtcpProtector } from "../secure/srtcp.ts";
import { SrtpOpener } from "../secure/srtp.ts";
import type { MasterKey } from "../secure/srtp-keys.ts";
import { readRtcp, writeNack, writeReceiverReport } from "../wire/rtcp.ts";
import type { RtpPacket } from "../wire/rtp.ts";

/**
 * A gap is asked for at once, and again after these ms, until it is too old to be of use. A host that makes
 * gap after gap is asked no more often than every few ms.
 */
const NACK_INTERVAL = 40;
const NACK_SPACING = 10;
const NACK_TRIES = 4;
/** A greater gap is an outage, not a loss: asking for it would only add to the trouble. */
const GAP_MAX = 64;
/** Packets further behind the newest are not asked for: they would come too late to be opened. */
const MISSING_MAX = 128;

/**
 * However small they are, every packet goes to every listener: one counts as this part of a second's bytes at
 * least, though not as more than a full datagram. Browsers send 100 packets a second at most (10 ms each).
 */
const PACKETS_PER_SECOND = 250;
const DATAGRAM_MAX = 1_500;

export interface PublisherOptions {
  /** Of two publishers of a broadcast the one with the greater number has replaced the other. */
  number: number;
  /** The server's own SSRC in reports. */
  ssrc: number;
  payloadType: number;
  inbound: MasterKey;
  outbound: MasterKey;
  /** Most media taken, bytes a second and at once. */
  rateMax: number;
  broadcast: Broadcast;
  send(datagram: Buffer): void;
}

/** How the host's stream arrives (RFC 3550 §6.4.1, appendix A.8). */
interface Reception {
  ssrc: number;
  first: number;
  highest: number;
  received: number;
  /** `highest` and `received` at the report before. */
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
   * What one host sends too much must not cost the others. It is spent only on packets that are the host's
   * own, though opening one costs more than dropping it: else whoever forges or replays them would use up
   * what the host may send.
   */
  readonly #rate: Budget;
  readonly #costMin: number;
  readonly #rtcpBudget = new RtcpBudget();
  /** Missing indexes and how often they were asked for. */
  readonly #missing = new Map<number, number>();
  #nackTimer: NodeJS.Timeout | undefined;
  #nackedAt = Number.NEGATIVE_INFINITY;
  #senderReport = { compactNtp: 0, at: 0 };

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#rate = new Budget(options.rateMax);
    this.#costMin = Math.min(options.rateMax / PACKETS_PER_SECOND, DATAGRAM_MAX);
    this.#rtp = new SrtpOpener(options.inbound);
    this.#rtcpIn = new SrtcpOpener(options.inbound);
    this.#rtcpOut = new SrtcpProtector(options.outbound);
  }

  /** Stops asking for what is missing; idempotent. */
  close(): void {
    clearTimeout(this.#nackTimer);
    this.#missing.clear();
  }

  /** RTP from the host, still protected. */
  receiveRtp(datagram: Buffer): void {
    const receivedAt = now();
    const packet = this.#rtp.open(datagram);
    if (!packet || packet.payloadType !== this.#options.payloadType || packet.payload.length === 0) return;
    if (packet.payload.length > PAYLOAD_BYTES_MAX) return;
    this.#count(packet);
    if (!this.#rate.spend(Math.max(datagram.length, this.#costMin), receivedAt)) return;
    this.#options.broadcast.forward(packet, this.#options.number);
    sample(counts.forwardMs, now() - receivedAt);
  }

  /** RTCP from the host, still protected. */
  receiveRtcp(datagram: Buffer): void {
    const rtcp = this.#rtcpBudget.admits(datagram) ? this.#rtcpIn.open(datagram) : undefined;
    if (!rtcp) return;
    for (const item of readRtcp(rtcp)) {
      if (item.kind !== "sender") continue;
      const { seconds, fraction } = item.ntp;
      this.#senderReport = { compactNtp: (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0, at: now() };
    }
  }

  /** Called every few seconds: tells the host how its stream arrives. */
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
    if (gap > 0 && gap <= GAP_MAX) {
      for (let lost = reception.highest + 1; lost < index; lost++) this.#missing.set(lost, 0);
    }
    reception.highest = index;
    for (const lost of this.#missing.keys()) {
      if (lost > index - MISSING_MAX) break;
      this.#missing.delete(lost);
    }
    if (gap > 0 && gap <= GAP_MAX) this.#askSoon();
  }

  #askSoon(): void {
    const wait = this.#nackedAt + NACK_SPACING - now();
    if (wait <= 0) this.#askAgain();
    else this.#askIn(wait);
  }

  #askIn(ms: number): void {
    clearTimeout(this.#nackTimer);
    this.#nackTimer = setTimeout(() => this.#askAgain(), ms).unref();
  }

  #askAgain(): void {
    const due: number[] = [];
    for (const [index, tries] of this.#missing) {
      if (tries >= NACK_TRIES) this.#missing.delete(index);
      else {
        this.#missing.set(index, tries + 1);
        due.push(index & 0xffff);
      }
    }
    if (due.length === 0 || !this.#reception) return;
    this.#nackedAt = now();
    this.#options.send(this.#rtcpOut.protect(writeNack(this.#options.ssrc, this.#reception.ssrc, due)));
    this.#askIn(NACK_INTERVAL);
  }
}
