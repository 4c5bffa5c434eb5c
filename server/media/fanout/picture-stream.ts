import type { Relay } from "../../relay/relay.ts";
import { now } from "../clock.ts";
import type { BroadcastId, PictureCodec, PictureLayer } from "../model.ts";
import { startsKeyPicture } from "../wire/picture-payload.ts";
import type { RtpPacket } from "../wire/rtp.ts";
import type { BroadcastPacket, SlotOptions } from "./bank.ts";
import { type BankSlot, Broadcast, type StreamKind } from "./broadcast.ts";
import { KeyframeRequests } from "./keyframe-requests.ts";
import type { PictureQueue } from "./picture-queue.ts";

/** RTP timestamp units of pictures in one ms (RFC 7741 §6.1, RFC 6184 §8.2.1: 90,000 in a second). */
export const PICTURE_RTP_PER_MS = 90;
/** How many packets of a picture may be behind the newest: a second at 4 Mb/s. */
export const PICTURE_LATE_MAX_PACKETS = 512;

const PICTURE: StreamKind = {
  rtpPerMs: PICTURE_RTP_PER_MS,
  historyPackets: PICTURE_LATE_MAX_PACKETS,
  lateMaxPackets: PICTURE_LATE_MAX_PACKETS,
  marksSplices: false,
};

/** After this many ms without a packet a layer does not flow any more. */
export const PICTURE_SILENCE_MS = 2_000;
/** A key frame that has not come is requested again after this many ms. */
const REPEAT_MS = 1_000;
/** The rate of a layer is measured over this many ms. */
const RATE_WINDOW_MS = 1_000;

/** A listener, as a layer of a picture needs it. */
export interface PictureListener {
  /** A picture begins that can be decoded without earlier ones; `index` is that of its first packet. */
  begin(stream: PictureStream, index: number): void;
  /** A stream that the listener receives goes on in another codec. */
  codecChanged(stream: PictureStream): void;
}

/** One layer of a broadcast's picture in one thread. */
export class PictureStream {
  readonly layer: PictureLayer;
  readonly broadcast: Broadcast;
  readonly #requests: KeyframeRequests;
  readonly #queue: Pick<PictureQueue, "add">;
  readonly #waiting = new Set<PictureListener>();
  readonly #receiving = new Set<PictureListener>();
  #codec: PictureCodec | undefined;
  #packetAt = Number.NEGATIVE_INFINITY;
  #wishedAt = Number.NEGATIVE_INFINITY;
  /** RTP time of the latest picture that can be decoded alone. */
  #keyTimestamp: number | undefined;
  #rate = 0;
  #measured = { at: 0, octets: 0 };
  #hasFlowed = false;
  /** Whether the packet that is about to be sent begins a key frame. */
  #isAtKey = false;
  readonly #begun: () => void;
  #isClosed = false;

  /**
   * @param request sends one request for a key frame to the host, or towards it
   * @param begun called before the first packet is sent, and before the first one after a silence
   */
  constructor(
    id: BroadcastId,
    layer: PictureLayer,
    relay: Relay | undefined,
    queue: Pick<PictureQueue, "add">,
    request: () => void,
    begun: () => void,
  ) {
    this.#begun = begun;
    this.layer = layer;
    this.#queue = queue;
    this.#requests = new KeyframeRequests(request);
    this.broadcast = new Broadcast(`${id}/${layer}`, relay, () => {}, PICTURE, {
      defer: (work) => this.#later(work),
      beforeDelivery: (packet, codec) => this.#note(packet, codec),
    });
  }

  /** Codec of the packets; undefined before the first one. */
  get codec(): PictureCodec | undefined {
    return this.#codec;
  }

  /** Bytes of payload per second. */
  get rate(): number {
    return this.#rate;
  }

  /** Whether packets come. */
  isFlowing(time: number): boolean {
    return time - this.#packetAt < PICTURE_SILENCE_MS;
  }

  /** Sends one packet of a publisher of this thread to every listener, after those that wait. */
  forward(packet: RtpPacket & { index: number }, publisher: number, codec: PictureCodec): void {
    this.#later(() => this.broadcast.forward(packet, publisher, codec));
  }

  /** Calls the listener's `begin` at the next key frame, and requests one unless it is about to be sent. */
  wait(listener: PictureListener): void {
    this.#waiting.add(listener);
    if (!this.#isAtKey) this.requestKeyframe();
  }

  /** The listener waits no more; idempotent. */
  forget(listener: PictureListener): void {
    this.#waiting.delete(listener);
  }

  /** Adds a listener, which receives every packet from `startsAt` on. */
  add(
    listener: PictureListener,
    options: Omit<SlotOptions, "nextIndex" | "firstSequence"> & { firstSequence?: number },
  ): BankSlot {
    this.#waiting.delete(listener);
    this.#receiving.add(listener);
    return this.broadcast.add(options);
  }

  /** Removes a listener; idempotent. */
  remove(listener: PictureListener, bankSlot: BankSlot): void {
    this.#receiving.delete(listener);
    this.broadcast.remove(bankSlot);
  }

  /** A listener, here or in another thread, needs a key frame. */
  requestKeyframe(): void {
    this.#wishedAt = now();
    this.#requests.wish();
  }

  /** Measures the rate, and repeats a request that had no effect. Call it every 100 ms. */
  tick(time: number): void {
    const { octets } = this.broadcast.totals;
    const elapsed = time - this.#measured.at;
    if (elapsed >= RATE_WINDOW_MS) {
      this.#rate = ((octets - this.#measured.octets) / elapsed) * 1000;
      this.#measured = { at: time, octets };
    }
    // A second of pictures takes half a megabyte, and most walls show none most of the time.
    const isFlowing = this.isFlowing(time);
    if (!isFlowing && this.#hasFlowed) this.broadcast.forgetSent();
    this.#hasFlowed = isFlowing;
    const isOverdue = time - this.#wishedAt >= REPEAT_MS;
    if (this.#waiting.size > 0 && isOverdue && isFlowing) this.requestKeyframe();
  }

  /** Sends nothing more; idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#requests.close();
    this.broadcast.close();
  }

  #later(work: () => void): void {
    this.#queue.add({
      send: () => {
        if (!this.#isClosed) work();
      },
      // Without the packet, listeners see nothing new until the next key frame.
      drop: () => {
        if (!this.#isClosed) this.requestKeyframe();
      },
    });
  }

  #note({ index, timestamp, payload }: BroadcastPacket, codec: PictureCodec | undefined): void {
    const time = now();
    const isFirst = !this.isFlowing(time);
    this.#packetAt = time;
    if (codec === undefined) return;
    if (codec !== this.#codec) {
      this.#codec = codec;
      for (const listener of [...this.#receiving]) listener.codecChanged(this);
    }
    this.#isAtKey = startsKeyPicture(codec, payload) && timestamp !== this.#keyTimestamp;
    if (isFirst) this.#begun();
    if (!this.#isAtKey) return;
    this.#isAtKey = false;
    this.#keyTimestamp = timestamp;
    for (const listener of [...this.#waiting]) listener.begin(this, index);
  }
}
