import { TokenBucket } from "../../limits/rate.ts";
import { RTP_PER_MS } from "../../protocol/timing.ts";
import { now, toCompactNtp, toNtp } from "../clock.ts";
import { counts } from "../counters.ts";
import type { BankSlot, Broadcast } from "../fanout/broadcast.ts";
import type { SubscriberStats } from "../model.ts";
import { RtcpBudget, SrtcpOpener, SrtcpProtector } from "../secure/srtcp.ts";
import { deriveSessionKeys, type MasterKey } from "../secure/srtp-keys.ts";
import type { Destination } from "../wire/outputs.ts";
import { type Losses, type ReportBlock, readRtcp, writeSenderReport } from "../wire/rtcp.ts";

/** Packets one listener may ask for again per second: twice the rate of the song at 20 ms a packet. */
const RETRANSMISSION_RATE = { burst: 100, perSecond: 100 };

/**
 * Packets that are looked for because it asks: some of them are no longer there, or are asked for before they
 * come.
 */
const LOOKUP_RATE = { burst: 500, perSecond: 500 };

export interface SubscriberOptions {
  ssrc: number;
  payloadType: number;
  inbound: MasterKey;
  outbound: MasterKey;
  broadcast: Broadcast;
  /** Where RTP goes. */
  destination: Destination;
  /** Sends RTCP. */
  send(datagram: Buffer): void;
}

/** The server's media leg to one listener. */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #place: BankSlot;
  readonly #rtcpOut: SrtcpProtector;
  readonly #rtcpIn: SrtcpOpener;
  /** What the broadcast had sent before this listener came, less what was sent to it again. */
  readonly #before: { packets: number; octets: number };
  readonly #rtcpBudget = new RtcpBudget();
  readonly #lookups = new TokenBucket(LOOKUP_RATE, now());
  readonly #retransmissions = new TokenBucket(RETRANSMISSION_RATE, now());
  #stats: SubscriberStats | undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#rtcpOut = new SrtcpProtector(options.outbound);
    this.#rtcpIn = new SrtcpOpener(options.inbound);
    this.#before = { ...options.broadcast.totals };
    this.#place = options.broadcast.add({
      keys: deriveSessionKeys(options.outbound, "rtp"),
      ssrc: options.ssrc,
      payloadType: options.payloadType,
      destination: options.destination,
    });
  }

  /** The listener is at another address now. */
  moveTo(destination: Destination): void {
    this.#place.slot.moveTo(destination);
  }

  /** Leaves the broadcast; idempotent. */
  close(): void {
    this.#options.broadcast.remove(this.#place);
  }

  /** RTCP from the listener, still protected. */
  receiveRtcp(datagram: Buffer): void {
    const rtcp = this.#rtcpBudget.admits(datagram) ? this.#rtcpIn.open(datagram) : undefined;
    if (!rtcp) return;
    for (const item of readRtcp(rtcp)) {
      if (item.kind === "report" && item.block.ssrc === this.#options.ssrc) this.#report(item.block);
      if (item.kind === "nack" && item.ssrc === this.#options.ssrc) this.#sendAgain(item.losses);
    }
  }

  /** Called every few seconds: sends a sender report. */
  tick(time: number): void {
    const { totals } = this.#options.broadcast;
    const packets = totals.packets - this.#before.packets;
    if (packets === 0) return;
    const rtpTime = this.#options.broadcast.timestampAt(time);
    if (rtpTime === undefined) return;
    const report = writeSenderReport({
      ssrc: this.#options.ssrc,
      ntp: toNtp(time),
      rtpTime,
      packets,
      octets: totals.octets - this.#before.octets,
    });
    this.#options.send(this.#rtcpOut.protect(report));
  }

  /** The figures of the listener's last report, once; undefined if there was none since the last call. */
  takeStats(): SubscriberStats | undefined {
    const stats = this.#stats;
    this.#stats = undefined;
    return stats;
  }

  #report(block: ReportBlock): void {
    this.#stats = {
      loss: block.fractionLost / 256,
      jitterMs: block.jitter / RTP_PER_MS,
      roundTripMs: block.lastSenderReport === 0 ? null : roundTrip(block),
    };
  }

  #sendAgain(losses: Losses): void {
    const { broadcast } = this.#options;
    const newest = broadcast.newestIndex;
    const time = now();
    for (const sequence of losses) {
      if (!this.#lookups.take(1, time)) return;
      const packet = broadcast.sent(this.#place.slot.indexOf(sequence, newest));
      if (!packet) continue;
      if (!this.#retransmissions.take(1, time)) return;
      counts.packetsAgain++;
      this.#before.packets--;
      this.#before.octets -= packet.payload.length;
      this.#place.bank.forwardTo(this.#place.slot, packet);
    }
  }
}

/** Round-trip time in ms: arrival − LSR − DLSR (RFC 3550 §6.4.1), in 1/65536 s. */
function roundTrip(block: ReportBlock): number {
  const units = (toCompactNtp(now()) - block.lastSenderReport - block.delaySinceLast) | 0;
  return Math.max(0, (units / 65_536) * 1000);
}
