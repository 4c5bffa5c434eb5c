import { TokenBucket } from "../../limits/rate.ts";
import { RTP_PER_MS } from "../../protocol/timing.ts";
import { compactNtp, now } from "../clock.ts";
import { addSample, counts } from "../counters.ts";
import type { Broadcast } from "../fanout/broadcast.ts";
import { PICTURE_LATE_MAX_PACKETS } from "../fanout/picture-stream.ts";
import { PAYLOAD_BYTES_MAX } from "../kernel/layout.ts";
import { RtcpBudget, SrtcpOpener, SrtcpProtector } from "../secure/srtcp.ts";
import { SrtpOpener } from "../secure/srtp.ts";
import type { MasterKey } from "../secure/srtp-keys.ts";
import { readRtcp, writeNack, writeReceiverReport } from "../wire/rtcp.ts";
import { PictureReceiver, type PictureReceiverOptions } from "./picture-receiver.ts";
import { Reception } from "./reception.ts";

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
  /** The layers of the picture that the host sends. Default: none. */
  pictures?: Pick<PictureReceiverOptions, "specs" | "rateMax" | "transportFeedback" | "pictures"> | undefined;
  send(datagram: Buffer): void;
}

/** The server's media leg to the host. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #rtp: SrtpOpener;
  readonly #rtcpIn: SrtcpOpener;
  readonly #rtcpOut: SrtcpProtector;
  readonly #reception: Reception;
  readonly #pictures: PictureReceiver | undefined;
  /**
   * Limits the media of this host, so that it does not slow down others. Only authentic packets are counted,
   * although decrypting a packet costs more than dropping it. Otherwise forged or replayed packets could use
   * up the limit of the host.
   */
  readonly #limit: TokenBucket;
  /** What the smallest packet counts as, bytes. */
  readonly #costMin: number;
  readonly #rtcpBudget = new RtcpBudget();

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#limit = new TokenBucket({ burst: options.rateMax, perSecond: options.rateMax }, now());
    this.#costMin = Math.min(options.rateMax / PACKETS_PER_SECOND, DATAGRAM_MAX_BYTES);
    this.#rtp = new SrtpOpener(options.inbound, options.pictures && PICTURE_LATE_MAX_PACKETS);
    this.#rtcpIn = new SrtcpOpener(options.inbound);
    this.#rtcpOut = new SrtcpProtector(options.outbound);
    const { ssrc, number, broadcast: song, pictures } = options;
    this.#reception = new Reception({
      rtpPerMs: RTP_PER_MS,
      gapMaxPackets: GAP_MAX_PACKETS,
      missingMaxPackets: MISSING_MAX_PACKETS,
      nack: (mediaSsrc, sequences) => this.#send(writeNack(ssrc, mediaSsrc, sequences)),
    });
    const send = (rtcp: Buffer) => this.#send(rtcp);
    if (pictures) this.#pictures = new PictureReceiver({ ...pictures, ssrc, number, song, send });
  }

  /** Sends no more NACKs; idempotent. */
  close(): void {
    this.#reception.close();
    this.#pictures?.close();
  }

  /** Receives an SRTP packet of the host, decrypts it and forwards it to all listeners. */
  receiveRtp(datagram: Buffer): void {
    const receivedAt = now();
    const packet = this.#rtp.open(datagram);
    if (packet && this.#pictures?.has(packet.ssrc)) {
      this.#pictures.receive(packet, datagram.length, receivedAt);
      return;
    }
    if (!packet || packet.payloadType !== this.#options.payloadType || packet.payload.length === 0) return;
    if (packet.payload.length > PAYLOAD_BYTES_MAX) return;
    this.#reception.count(packet);
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
      if (!this.#pictures?.has(item.ssrc)) this.#reception.setSenderReport(compactNtp(item.ntp), now());
      this.#pictures?.receiveReport(item.ssrc, item.ntp, item.rtpTime);
    }
  }

  /** Sends the host a receiver report. Call it every few seconds. */
  tick(time: number): void {
    const song = this.#reception.report(time);
    const blocks = [...(song ? [song] : []), ...(this.#pictures?.reports(time) ?? [])];
    if (blocks.length > 0) this.#send(writeReceiverReport(this.#options.ssrc, blocks));
  }

  #send(rtcp: Buffer): void {
    this.#options.send(this.#rtcpOut.protect(rtcp));
  }
}
