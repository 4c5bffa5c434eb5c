import { TokenBucket } from "../../limits/rate.ts";
import { now, toNtp } from "../clock.ts";
import { counts } from "../counters.ts";
import type { BankSlot } from "../fanout/broadcast.ts";
import type { PictureListener, PictureStream } from "../fanout/picture-stream.ts";
import { type FlowListener, LAYERS, type Pictures } from "../fanout/pictures.ts";
import type { PictureLayer, PictureSpec } from "../model.ts";
import type { SessionKeys } from "../secure/srtp-keys.ts";
import type { Destination } from "../wire/outputs.ts";
import { type Losses, type RtcpItem, writeSenderReport } from "../wire/rtcp.ts";
import { LayerChoice } from "./layer-choice.ts";

/** Packets of pictures that are sent again to one listener: half of what a second at 4 Mb/s has. */
const RETRANSMISSION_RATE = { burst: 200, perSecond: 200 };
/** Packets that are looked up for one listener's NACKs about pictures. */
const LOOKUP_RATE = { burst: 1_000, perSecond: 1_000 };
/** Bytes of a packet of a picture, about: what browsers send of large ones. */
const PACKET_BYTES = 1_150;
/** Key frames that one listener may request: browsers repeat a request after a few hundred ms. */
const KEYFRAME_RATE = { burst: 4, perSecond: 2 };

export interface PictureSenderOptions {
  /** The layers of the listener's offer, each with the server's SSRC. */
  specs: readonly PictureSpec[];
  keys: SessionKeys;
  /** The address that RTP goes to. */
  destination: Destination;
  pictures: Pictures;
  /** Sends the listener one RTCP packet in the clear. */
  send(rtcp: Buffer): void;
}

/** The stream that a listener receives now. */
interface Active {
  readonly layer: PictureLayer;
  readonly stream: PictureStream;
  readonly bankSlot: BankSlot;
}

/** What one of the listener's streams has sent, for its sender reports and for its next number. */
interface Account {
  /** Own index after the last packet; undefined before the first. No index is used twice. */
  nextIndex: number | undefined;
  packets: number;
  octets: number;
}

/**
 * The pictures for one listener: one layer at a time. It changes to another one at a key frame of that layer,
 * and gets the former one until then; but not the high layer where it goes back to low, because that layer
 * fills its link, and sound is lost too.
 */
export class PictureSender implements PictureListener, FlowListener {
  readonly #options: PictureSenderOptions;
  readonly #specs = new Map<PictureLayer, PictureSpec>();
  readonly #accounts = new Map<PictureLayer, Account>();
  readonly #choice: LayerChoice;
  readonly #lookupLimit = new TokenBucket(LOOKUP_RATE, now());
  readonly #retransmissionLimit = new TokenBucket(RETRANSMISSION_RATE, now());
  readonly #keyframeLimit = new TokenBucket(KEYFRAME_RATE, now());
  #destination: Destination;
  #active: Active | undefined;
  /** The stream whose next key frame is awaited. */
  #awaited: PictureStream | undefined;

  constructor(options: PictureSenderOptions) {
    this.#options = options;
    this.#destination = options.destination;
    for (const spec of options.specs) {
      this.#specs.set(spec.layer, spec);
      this.#accounts.set(spec.layer, { nextIndex: undefined, packets: 0, octets: 0 });
    }
    this.#choice = new LayerChoice(this.#specs.keys());
    options.pictures.addListener(this);
    this.flowChanged(now());
  }

  /** Layer that the listener gets; undefined while it gets none. */
  get layer(): PictureLayer | undefined {
    return this.#active?.layer;
  }

  flowChanged(time: number): void {
    const { pictures } = this.#options;
    const isPossible = (layer: PictureLayer) => {
      const stream = pictures.stream(layer);
      return stream.isFlowing(time) && this.#payloadTypeIn(stream) !== undefined;
    };
    this.#choice.setFlowing(LAYERS.filter(isPossible));
    this.#choose();
  }

  begin(stream: PictureStream, index: number): void {
    stream.forget(this);
    if (this.#awaited === stream) this.#awaited = undefined;
    const spec = this.#specs.get(stream.layer);
    const payloadType = this.#payloadTypeIn(stream);
    if (!spec || payloadType === undefined) {
      // A listener without the host's codec gets no picture, and must not wait for one again and again.
      this.flowChanged(now());
      return;
    }
    this.#end();
    const account = this.#accounts.get(stream.layer)!;
    const bankSlot = stream.add(this, {
      keys: this.#options.keys,
      ssrc: spec.ssrc,
      payloadType,
      startsAt: index,
      destination: this.#destination,
      ...(account.nextIndex !== undefined && { firstSequence: account.nextIndex }),
    });
    const { packets, octets } = stream.broadcast.totals;
    account.packets -= packets;
    account.octets -= octets;
    this.#active = { layer: stream.layer, stream, bankSlot };
    this.#choice.changed(now());
  }

  codecChanged(stream: PictureStream): void {
    const { bankSlot } = this.#active ?? {};
    if (this.#active?.stream !== stream || !bankSlot) return;
    const payloadType = this.#payloadTypeIn(stream);
    if (payloadType === undefined) this.#end();
    else bankSlot.slot.setPayloadType(payloadType);
  }

  /** Sends pictures to another address from now on. */
  moveTo(destination: Destination): void {
    this.#destination = destination;
    this.#active?.bankSlot.slot.moveTo(destination);
  }

  /** Takes one item of the listener's RTCP, if it is about a picture. */
  receive(item: RtcpItem, time: number): void {
    const active = this.#active;
    const isActive = (ssrc: number) => active !== undefined && this.#specs.get(active.layer)?.ssrc === ssrc;
    switch (item.kind) {
      case "report":
        if (!isActive(item.block.ssrc)) return;
        this.#choice.report(item.block.fractionLost / 256, time);
        break;
      case "estimate":
        if (!active) return;
        this.#choice.setEstimate(item.bitsPerSecond, active.stream.rate * 8, time);
        break;
      case "nack":
        if (!isActive(item.ssrc)) return;
        this.#choice.missed(
          this.#retransmit(active!, item.losses, time),
          active!.stream.rate / PACKET_BYTES,
          time,
        );
        break;
      case "keyframe":
        if (isActive(item.ssrc) && this.#keyframeLimit.take(1, time)) active!.stream.requestKeyframe();
        return;
      default:
        return;
    }
    this.#choose();
  }

  /** Sends the listener a sender report of the stream that it receives. Call it every few seconds. */
  tick(time: number): void {
    if (!this.#active) return;
    const { layer, stream } = this.#active;
    const account = this.#accounts.get(layer)!;
    const { totals } = stream.broadcast;
    const packets = account.packets + totals.packets;
    const rtpTime = stream.broadcast.timestampAt(time);
    if (packets === 0 || rtpTime === undefined) return;
    const octets = account.octets + totals.octets;
    const { ssrc } = this.#specs.get(layer)!;
    this.#options.send(writeSenderReport({ ssrc, ntp: toNtp(time), rtpTime, packets, octets }));
  }

  /** Sends nothing more; idempotent. */
  close(): void {
    this.#options.pictures.removeListener(this);
    this.#awaited?.forget(this);
    this.#awaited = undefined;
    this.#end();
  }

  /** The payload type of a stream's codec; undefined if the listener's offer does not have it. */
  #payloadTypeIn({ layer, codec }: PictureStream): number | undefined {
    return codec && this.#specs.get(layer)?.payloadTypes[codec];
  }

  /** Waits for a key frame of the layer that was chosen, unless it is that of now. */
  #choose(): void {
    const wanted = this.#choice.layer;
    const stream = wanted && this.#options.pictures.stream(wanted);
    if (stream === this.#awaited && stream !== undefined) return;
    this.#awaited?.forget(this);
    this.#awaited = undefined;
    if (!stream || stream === this.#active?.stream) return;
    if (wanted === "low") this.#end();
    this.#awaited = stream;
    stream.wait(this);
  }

  /** Sends no more of the stream of now. */
  #end(): void {
    if (!this.#active) return;
    const { layer, stream, bankSlot } = this.#active;
    this.#active = undefined;
    stream.remove(this, bankSlot);
    const account = this.#accounts.get(layer)!;
    const { packets, octets } = stream.broadcast.totals;
    account.packets += packets;
    account.octets += octets;
    account.nextIndex = bankSlot.slot.ownIndex(stream.broadcast.newestIndex) + 1;
  }

  /** Sends packets again, as far as the limits allow it. @returns how many were looked up */
  #retransmit({ stream, layer, bankSlot }: Active, losses: Losses, time: number): number {
    const { broadcast } = stream;
    const { bank, slot } = bankSlot;
    const newest = broadcast.newestIndex;
    let looked = 0;
    for (const sequence of losses) {
      if (!this.#lookupLimit.take(1, time)) return looked;
      looked++;
      const packet = broadcast.sent(slot.indexOf(sequence, newest));
      if (!packet || packet.index < slot.startsAt) continue;
      if (!this.#retransmissionLimit.take(1, time)) return looked;
      counts.packetsRetransmitted++;
      const account = this.#accounts.get(layer)!;
      account.packets++;
      account.octets += packet.payload.length;
      bank.forwardTo(slot, packet);
    }
    return looked;
  }
}
