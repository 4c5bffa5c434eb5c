import { TokenBucket } from "../../limits/rate.ts";
import type { MediaClockReading } from "../../protocol/timing.ts";
import { compactNtp, type NtpTime, now } from "../clock.ts";
import { counts } from "../counters.ts";
import type { Broadcast } from "../fanout/broadcast.ts";
import { PictureClock, type SenderTime, songTimeOf } from "../fanout/picture-clock.ts";
import {
  PICTURE_LATE_MAX_PACKETS,
  PICTURE_RTP_PER_MS,
  PICTURE_SILENCE_MS,
} from "../fanout/picture-stream.ts";
import type { PictureSource, Pictures } from "../fanout/pictures.ts";
import { PAYLOAD_BYTES_MAX } from "../kernel/layout.ts";
import type { PictureCodec, PictureLayer, PictureSpec } from "../model.ts";
import { writePli, writeRemb } from "../wire/picture-feedback.ts";
import { type ReportBlock, writeNack } from "../wire/rtcp.ts";
import { type RtpPacket, readExtension16 } from "../wire/rtp.ts";
import { ArrivalRecorder, writeTransportFeedback } from "../wire/transport-feedback.ts";
import { Reception } from "./reception.ts";

/** Interval of the feedback about arrivals, ms: browsers send one every 50 to 250. */
const FEEDBACK_INTERVAL_MS = 80;
/** Interval of the messages that name the greatest rate, ms. */
const RATE_INTERVAL_MS = 1_000;
/** A larger gap in a picture is an outage; its packets are not requested. */
const GAP_MAX_PACKETS = 128;
/** Packets further behind the newest are not requested: after 160 ms a key frame is quicker. */
const MISSING_MAX_PACKETS = PICTURE_LATE_MAX_PACKETS / 2;
/**
 * Each packet goes to many listeners, so it counts as at least this fraction of the bytes that a second
 * allows. Two layers of 4 Mb/s together have 400 full packets, and some short ones at the ends of pictures.
 */
const PACKETS_PER_SECOND = 600;

export interface PictureReceiverOptions {
  /** The layers that the answer has accepted. */
  specs: readonly PictureSpec[];
  /** The publisher's number. */
  number: number;
  /** The server's SSRC in reports. */
  ssrc: number;
  /** Most pictures accepted, bytes per second, also as a burst. */
  rateMax: number;
  /** Id of the extension with transport-wide sequence numbers; undefined if the host sends none. */
  transportFeedback: number | undefined;
  /** The song, by whose clock pictures are placed. */
  song: Broadcast;
  pictures: Pictures;
  /** Sends the host one RTCP packet in the clear. */
  send(rtcp: Buffer): void;
}

/** One layer that the host sends. */
interface Layer {
  readonly name: PictureLayer;
  readonly ssrc: number;
  readonly codec: PictureCodec;
  readonly payloadType: number;
  readonly reception: Reception;
  readonly clock: PictureClock;
  senderTime: SenderTime | undefined;
}

/** The pictures that one host sends. */
export class PictureReceiver implements PictureSource {
  readonly number: number;
  readonly #options: PictureReceiverOptions;
  readonly #layers = new Map<number, Layer>();
  readonly #limit: TokenBucket;
  readonly #costMin: number;
  readonly #arrivals = new ArrivalRecorder();
  #feedbacks = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Time of the last packet, ms. */
  #packetAt = 0;
  #rateSentAt = Number.NEGATIVE_INFINITY;
  /** The codec that was reported; undefined while no picture comes. */
  #flowing: PictureCodec | undefined;
  #songTime: SenderTime | undefined;

  constructor(options: PictureReceiverOptions) {
    this.#options = options;
    this.number = options.number;
    const { specs, rateMax, ssrc, send } = options;
    this.#limit = new TokenBucket({ burst: rateMax, perSecond: rateMax }, now());
    this.#costMin = rateMax / PACKETS_PER_SECOND;
    for (const spec of specs) {
      const [[codec, payloadType] = []] = Object.entries(spec.payloadTypes) as [PictureCodec, number][];
      if (codec === undefined || payloadType === undefined) continue;
      const reception = new Reception({
        rtpPerMs: PICTURE_RTP_PER_MS,
        gapMaxPackets: GAP_MAX_PACKETS,
        missingMaxPackets: MISSING_MAX_PACKETS,
        nack: (mediaSsrc, sequences) => send(writeNack(ssrc, mediaSsrc, sequences)),
      });
      const clock = new PictureClock();
      const layer = { name: spec.layer, ssrc: spec.ssrc, codec, payloadType, reception, clock };
      this.#layers.set(spec.ssrc, { ...layer, senderTime: undefined });
    }
    options.pictures.setSource(this);
  }

  /** Whether an SSRC is that of a picture. */
  has(ssrc: number): boolean {
    return this.#layers.has(ssrc);
  }

  /** Receives a packet of a picture. @param length bytes of its datagram */
  receive(packet: RtpPacket & { index: number }, length: number, at: number): void {
    const layer = this.#layers.get(packet.ssrc);
    if (!layer) return;
    if (packet.payloadType !== layer.payloadType || packet.payload.length > PAYLOAD_BYTES_MAX) {
      counts.picturesDropped++;
      return;
    }
    layer.reception.count(packet);
    if (!this.#limit.take(Math.max(length, this.#costMin), at)) {
      // It is not requested again, but for congestion control it is lost, so that the host sends less.
      counts.picturesDropped++;
      return;
    }
    this.#recordArrival(packet, at);
    this.#packetAt = at;
    this.#timer ??= setInterval(() => this.#tick(now()), FEEDBACK_INTERVAL_MS).unref();
    const { pictures, number } = this.#options;
    if (this.#flowing !== layer.codec) {
      this.#flowing = layer.codec;
      pictures.events.flow(number, layer.codec);
    }
    counts.picturesIn++;
    // Packets without a payload are padding. They are forwarded too, because they have numbers.
    pictures.stream(layer.name).forward(packet, number, layer.codec);
  }

  /** Receives a sender report: of the song, or of a picture. */
  receiveReport(ssrc: number, ntp: NtpTime, rtpTime: number): void {
    const time = now();
    const senderTime = { ntpMs: (ntp.seconds + ntp.fraction / 2 ** 32) * 1000, rtpTime };
    const layer = this.#layers.get(ssrc);
    layer?.reception.setSenderReport(compactNtp(ntp), time);
    if (layer) layer.senderTime = senderTime;
    else this.#songTime = senderTime;
    this.#readClocks(time);
  }

  /** The reports about the layers that have come. */
  reports(time: number): ReportBlock[] {
    return [...this.#layers.values()].flatMap(({ reception }) => reception.report(time) ?? []);
  }

  requestKeyframe(layer: PictureLayer): void {
    const { ssrc, send } = this.#options;
    for (const one of this.#layers.values()) {
      if (one.name !== layer) continue;
      counts.keyframesRequested++;
      send(writePli(ssrc, one.ssrc));
    }
  }

  /** Requests nothing more; idempotent. */
  close(): void {
    this.#stop();
    for (const { reception } of this.#layers.values()) reception.close();
    this.#options.pictures.removeSource(this);
  }

  #recordArrival({ extension }: RtpPacket, at: number): void {
    const { transportFeedback } = this.#options;
    if (transportFeedback === undefined || !extension) return;
    const sequence = readExtension16(extension, transportFeedback);
    if (sequence !== undefined) this.#arrivals.add(sequence, at);
  }

  #tick(time: number): void {
    const { ssrc, rateMax, send } = this.#options;
    if (time - this.#packetAt >= PICTURE_SILENCE_MS) {
      this.#stop();
      return;
    }
    const [first] = this.#layers.keys();
    const arrivals = this.#arrivals.take();
    if (arrivals) send(writeTransportFeedback(ssrc, first!, this.#feedbacks++, arrivals));
    if (time - this.#rateSentAt >= RATE_INTERVAL_MS) {
      this.#rateSentAt = time;
      send(writeRemb(ssrc, rateMax * 8, [...this.#layers.keys()]));
    }
    this.#readClocks(time);
  }

  /** No picture comes any more. */
  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#flowing === undefined) return;
    this.#flowing = undefined;
    this.#options.pictures.events.flow(this.number, undefined);
  }

  #readClocks(time: number): void {
    for (const layer of this.#layers.values()) {
      const reading = this.#exactReading(layer) ?? this.#arrivalReading(layer, time);
      const due = reading && layer.clock.take(reading, time);
      if (due) this.#options.pictures.events.clock(layer.name, due);
    }
  }

  /** By the sender reports of both streams. */
  #exactReading({ name, senderTime }: Layer): MediaClockReading | undefined {
    const { song, pictures, number } = this.#options;
    if (!senderTime || !this.#songTime) return;
    const songTime = song.listenersTime(songTimeOf(this.#songTime, senderTime), number);
    const at = songTime === undefined ? undefined : song.timeAt(songTime);
    const timestamp = pictures.stream(name).broadcast.listenersTime(senderTime.rtpTime, number);
    return at === undefined || timestamp === undefined ? undefined : { timestamp, at };
  }

  /** By the arrival of packets, until both reports have come. */
  #arrivalReading({ name }: Layer, time: number): MediaClockReading | undefined {
    const stream = this.#options.pictures.stream(name);
    const timestamp = stream.isFlowing(time) ? stream.broadcast.timestampAt(time) : undefined;
    return timestamp === undefined ? undefined : { timestamp, at: time };
  }
}
