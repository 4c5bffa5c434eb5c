import { TokenBucket } from "../../limits/rate.ts";
import { RTP_PER_MS } from "../../protocol/timing.ts";
import { compactNtp, now, toNtp } from "../clock.ts";
import { counts } from "../counters.ts";
import type { BankSlot, Broadcast } from "../fanout/broadcast.ts";
import type { SubscriberStats } from "../model.ts";
import { RtcpBudget, SrtcpOpener, SrtcpProtector } from "../secure/srtcp.ts";
import { deriveSessionKeys, type MasterKey } from "../secure/srtp-keys.ts";
import type { Destination } from "../wire/outputs.ts";
import { type Losses, type ReportBlock, readRtcp, writeSenderReport } from "../wire/rtcp.ts";
import { PictureSender, type PictureSenderOptions } from "./picture-sender.ts";

/** Packets that are sent again to one listener: twice the packet rate at 20 ms each. */
const RETRANSMISSION_RATE = { burst: 100, perSecond: 100 };

/** Packets that are looked up for one listener's NACKs. Some are no longer kept, or have not arrived yet. */
const LOOKUP_RATE = { burst: 500, perSecond: 500 };

export interface SubscriberOptions {
  ssrc: number;
  payloadType: number;
  inbound: MasterKey;
  outbound: MasterKey;
  broadcast: Broadcast;
  /** The address that RTP goes to. */
  destination: Destination;
  /** The layers of the picture that the listener can receive. Default: none. */
  pictures?: Pick<PictureSenderOptions, "specs" | "pictures"> | undefined;
  /** Sends RTCP. */
  send(datagram: Buffer): void;
}

/** The server's media leg to one listener. */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #bankSlot: BankSlot;
  readonly #rtcpOut: SrtcpProtector;
  readonly #rtcpIn: SrtcpOpener;
  /** The broadcast's totals when the listener joined, minus what was sent to it again since. */
  readonly #baseline: { packets: number; octets: number };
  readonly #rtcpBudget = new RtcpBudget();
  readonly #lookupLimit = new TokenBucket(LOOKUP_RATE, now());
  readonly #retransmissionLimit = new TokenBucket(RETRANSMISSION_RATE, now());
  readonly #pictures: PictureSender | undefined;
  #stats: SubscriberStats | undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#rtcpOut = new SrtcpProtector(options.outbound);
    this.#rtcpIn = new SrtcpOpener(options.inbound);
    this.#baseline = { ...options.broadcast.totals };
    const { ssrc, payloadType, destination, pictures } = options;
    const keys = deriveSessionKeys(options.outbound, "rtp");
    this.#bankSlot = options.broadcast.add({ keys, ssrc, payloadType, destination });
    const send = (rtcp: Buffer) => options.send(this.#rtcpOut.protect(rtcp));
    if (pictures) this.#pictures = new PictureSender({ ...pictures, keys, destination, send });
  }

  /** Sends media to another address from now on. */
  moveTo(destination: Destination): void {
    this.#bankSlot.slot.moveTo(destination);
    this.#pictures?.moveTo(destination);
  }

  /** Removes the listener from the broadcast; idempotent. */
  close(): void {
    this.#options.broadcast.remove(this.#bankSlot);
    this.#pictures?.close();
  }

  /** Receives an SRTCP packet of the listener. */
  receiveRtcp(datagram: Buffer): void {
    const rtcp = this.#rtcpBudget.admits(datagram) ? this.#rtcpIn.open(datagram) : undefined;
    if (!rtcp) return;
    for (const item of readRtcp(rtcp)) {
      if (item.kind === "report" && item.block.ssrc === this.#options.ssrc) this.#report(item.block);
      if (item.kind === "nack" && item.ssrc === this.#options.ssrc) this.#retransmit(item.losses);
      this.#pictures?.receive(item, now());
    }
  }

  /** Sends the listener a sender report. Call it every few seconds. */
  tick(time: number): void {
    this.#pictures?.tick(time);
    const { totals } = this.#options.broadcast;
    const packets = totals.packets - this.#baseline.packets;
    if (packets === 0) return;
    const rtpTime = this.#options.broadcast.timestampAt(time);
    if (rtpTime === undefined) return;
    const report = writeSenderReport({
      ssrc: this.#options.ssrc,
      ntp: toNtp(time),
      rtpTime,
      packets,
      octets: totals.octets - this.#baseline.octets,
    });
    this.#options.send(this.#rtcpOut.protect(report));
  }

  /** Takes the figures of the listener's last report; undefined if there was none since the last call. */
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

  #retransmit(losses: Losses): void {
    const { broadcast } = this.#options;
    const newest = broadcast.newestIndex;
    const time = now();
    for (const sequence of losses) {
      if (!this.#lookupLimit.take(1, time)) return;
      const packet = broadcast.sent(this.#bankSlot.slot.indexOf(sequence, newest));
      if (!packet) continue;
      if (!this.#retransmissionLimit.take(1, time)) return;
      counts.packetsRetransmitted++;
      this.#baseline.packets--;
      this.#baseline.octets -= packet.payload.length;
      this.#bankSlot.bank.forwardTo(this.#bankSlot.slot, packet);
    }
  }
}

/** Round-trip time in ms: arrival − LSR − DLSR, which are in 1/65536 s (RFC 3550 §6.4.1). */
function roundTrip(block: ReportBlock): number {
  const units = (compactNtp(toNtp(now())) - block.lastSenderReport - block.delaySinceLast) | 0;
  return Math.max(0, (units / 65_536) * 1000);
}
