import { randomInt } from "node:crypto";
import { REPLAY_WINDOW } from "../../limits/replay-window.ts";
import type { TimedFrame } from "../../protocol/frames.ts";
import { RTP_PER_MS } from "../../protocol/timing.ts";
import type { Relay, RelayedPacket } from "../../relay/relay.ts";
import { now } from "../clock.ts";
import { counts } from "../counters.ts";
import type { BroadcastId, PictureCodec } from "../model.ts";
import type { RtpPacket } from "../wire/rtp.ts";
import { BANK_SLOTS, Bank, type BroadcastPacket, type Slot, type SlotOptions } from "./bank.ts";
import { FrameTap } from "./frame-tap.ts";
import { MediaClock, type MediaClocks } from "./media-clock.ts";
import { Numbering, type PacketSource } from "./numbering.ts";
import { PacketRing } from "./packet-ring.ts";

/** What a broadcast's packets are. */
export interface StreamKind {
  /** Units of RTP time in one ms. */
  rtpPerMs: number;
  /** Packets kept to answer NACKs. */
  historyPackets: number;
  /** How many packets a packet may be behind the newest one to be forwarded. */
  lateMaxPackets: number;
  /**
   * Whether the first packet after a splice gets the marker: jitter buffers for sound adapt there (RFC 3550
   * §5.1, RFC 3551 §4.1). In pictures the marker means the last packet of a picture.
   */
  marksSplices: boolean;
}

/** A song: five seconds of packets at 20 ms each are kept. */
const SONG: StreamKind = {
  rtpPerMs: RTP_PER_MS,
  historyPackets: 256,
  lateMaxPackets: REPLAY_WINDOW,
  marksSplices: true,
};

/** What the owner of a broadcast does with its packets. */
export interface BroadcastHooks {
  /** Carries out work that a packet of another thread causes, at once or later. */
  defer(work: () => void): void;
  /** A packet is about to be sent to all listeners. */
  beforeDelivery(packet: BroadcastPacket, codec: PictureCodec | undefined): void;
}

/**
 * End of the range of a listener's first sequence number, which is random (RFC 3550 §5.1). A receiver assumes
 * that no rollover came before the first packet it receives (RFC 3711 §3.3.1), so there must be room on both
 * sides: below for packets that are late or are sent again, and above for packets that are lost: 49,152 until
 * the rollover, which is 16 minutes at 20 ms each.
 */
const FIRST_SEQUENCE_END = 0x4000;

/**
 * Listeners whose keystream is prepared before the thread reads datagrams again: 0.2 ms of work.
 */
const PREPARE_BATCH_SLOTS = 64;

/** A listener's bank, and its slot in it. */
export interface BankSlot {
  bank: Bank;
  slot: Slot;
}

/** Maps the times of a publisher's stream, so that listeners receive one stream that never restarts. */
interface Timeline {
  publisher: number;
  ssrc: number;
  /** Added to the publisher's timestamps, modulo 2^32. */
  offset: number;
}

/**
 * One broadcast in one thread: sends each packet of a publisher to every subscriber of this thread. The
 * publisher's thread also hands its packets to the other threads.
 */
export class Broadcast {
  readonly #banks: Bank[] = [];
  readonly #kind: StreamKind;
  readonly #hooks: BroadcastHooks | undefined;
  readonly #history: PacketRing;
  readonly #numbering: Numbering;
  /** Of the latest publisher in this thread; undefined before its first packet. */
  #timeline: Timeline | undefined;
  readonly #clock: MediaClock;
  /** Packets and payload bytes sent to every listener since the broadcast began, without retransmissions. */
  readonly #totals = { packets: 0, octets: 0 };
  #preparing: NodeJS.Immediate | undefined;
  #tap: FrameTap | undefined;
  readonly #publish: ((packet: RelayedPacket) => void) | undefined;
  readonly #unsubscribe: (() => void) | undefined;
  readonly #onClockChange: (clocks: MediaClocks) => void;

  /**
   * @param relay to the other threads, if there are any
   * @param onClockChange called in the publisher's thread, at a stream's first packet and whenever its media
   * clock has moved
   * @param hooks what its owner does with packets; by default nothing
   */
  constructor(
    id: BroadcastId,
    relay: Relay | undefined,
    onClockChange: (clocks: MediaClocks) => void,
    kind: StreamKind = SONG,
    hooks?: BroadcastHooks,
  ) {
    this.#onClockChange = onClockChange;
    this.#kind = kind;
    this.#hooks = hooks;
    this.#history = new PacketRing(kind.historyPackets);
    this.#numbering = new Numbering(kind.lateMaxPackets);
    this.#clock = new MediaClock(kind.rtpPerMs);
    this.#publish = relay && ((packet) => relay.publish(id, packet));
    const receive = (packet: RelayedPacket) => {
      const index = this.#number(packet);
      if (index !== undefined) this.#deliver({ ...packet, index }, packet.codec);
    };
    this.#unsubscribe = relay?.subscribe(
      id,
      hooks ? (packet) => hooks.defer(() => receive(packet)) : receive,
    );
  }

  /** Takes no more packets from other threads and prepares no more keystream; idempotent. */
  close(): void {
    this.#unsubscribe?.();
    this.closeTap();
    clearImmediate(this.#preparing);
  }

  /**
   * Sends one packet of a publisher of this thread to every subscriber.
   * @param publisher its number; a publisher with a greater number has replaced those with smaller ones
   */
  forward(
    { ssrc, index, marker, payload, ...packet }: RtpPacket & { index: number },
    publisher: number,
    codec?: PictureCodec,
  ): void {
    const number = this.#number({ publisher, ssrc, index });
    if (number === undefined) return;
    const { offset } = this.#timelineOf(publisher, ssrc, packet.timestamp);
    const timestamp = (packet.timestamp + offset) >>> 0;
    this.#publish?.({ publisher, ssrc, index, timestamp, marker, payload, codec });
    this.#deliver({ index: number, timestamp, marker, payload }, codec);
    this.#reportClocks(offset);
  }

  /** Reports all frames from now on, first those that are kept; until {@link closeTap}. */
  openTap(report: (frames: readonly TimedFrame[]) => void): void {
    this.closeTap();
    this.#tap = new FrameTap(report);
    for (
      let index = Math.max(this.newestIndex - this.#kind.historyPackets + 1, 0);
      index <= this.newestIndex;
      index++
    ) {
      const packet = this.sent(index);
      if (packet) this.#tap.add(packet);
    }
    this.#tap.flush();
  }

  /** Reports no more frames; idempotent. */
  closeTap(): void {
    this.#tap?.close();
    this.#tap = undefined;
  }

  /**
   * Adds a listener. It receives every packet from now on, or from `startsAt` on. One that returns names its
   * next number as `firstSequence`: none is used twice.
   */
  add(options: Omit<SlotOptions, "nextIndex" | "firstSequence"> & { firstSequence?: number }): BankSlot {
    const bank = this.#banks.find(({ size }) => size < BANK_SLOTS) ?? new Bank();
    if (bank.size === 0) this.#banks.push(bank);
    const nextIndex = options.startsAt ?? this.#numbering.newest + 1;
    const firstSequence = options.firstSequence ?? randomInt(this.#kind.historyPackets, FIRST_SEQUENCE_END);
    return { bank, slot: bank.add({ ...options, nextIndex, firstSequence }) };
  }

  /** Removes a listener; idempotent. */
  remove({ bank, slot }: BankSlot): void {
    bank.remove(slot);
    const at = this.#banks.indexOf(bank);
    if (bank.size === 0 && at >= 0) this.#banks.splice(at, 1);
  }

  /** Packets sent to each listener since the broadcast began, and bytes of their payloads. */
  get totals(): Readonly<{ packets: number; octets: number }> {
    return this.#totals;
  }

  /** A packet that was sent, by its index; undefined if there was none, or it is no longer kept. */
  sent(index: number): BroadcastPacket | undefined {
    // After a gap the ring still holds older packets. A listener that joined after them may have no sequence
    // numbers for them.
    return index > this.newestIndex - this.#kind.historyPackets ? this.#history.get(index) : undefined;
  }

  /** Sends none of the packets so far again: frees their memory. */
  forgetSent(): void {
    this.#history.clear();
  }

  /** Index of the newest packet sent, or -1. */
  get newestIndex(): number {
    return this.#numbering.newest;
  }

  /**
   * The RTP timestamp that belongs to a time of the server's clock (ms), or undefined before the first
   * packet.
   */
  timestampAt(time: number): number | undefined {
    return this.#clock.timestampAt(time);
  }

  /** The time of the server's clock (ms) that belongs to an RTP time; undefined before the first packet. */
  timeAt(timestamp: number): number | undefined {
    return this.#clock.timeAt(timestamp);
  }

  /** A publisher's RTP time as listeners receive it; undefined if another publisher is in its place. */
  listenersTime(timestamp: number, publisher: number): number | undefined {
    return this.#timeline?.publisher === publisher ? (timestamp + this.#timeline.offset) >>> 0 : undefined;
  }

  /** A packet's index in this thread, which is unique; undefined if it must not be sent, which is counted. */
  #number(source: PacketSource): number | undefined {
    const index = this.#numbering.assign(source);
    if (index === undefined) counts.droppedIn++;
    else if (index === this.#numbering.first) this.#clock.restart(now());
    return index;
  }

  #deliver({ index, timestamp, payload, marker }: BroadcastPacket, codec?: PictureCodec): void {
    const isSplice = this.#kind.marksSplices && index === this.#numbering.first;
    const packet = { index, timestamp, payload, marker: marker || isSplice };
    this.#hooks?.beforeDelivery(packet, codec);
    this.#history.put(packet);
    this.#clock.addArrival(timestamp, now());
    this.#totals.packets++;
    this.#totals.octets += payload.length;
    for (const bank of this.#banks) bank.forward(packet);
    this.#tap?.add(packet);
    this.#prepareAhead(index);
  }

  #reportClocks(timestampOffset: number): void {
    const listeners = this.#clock.takeReading(now());
    if (!listeners) return;
    const host = { ...listeners, timestamp: (listeners.timestamp - timestampOffset) >>> 0 };
    this.#onClockChange({ host, listeners });
  }

  /** Prepares the keystream of the next packets while the thread is idle. */
  #prepareAhead(index: number): void {
    if (this.#preparing) return;
    const todo = this.#banks.filter((bank) => bank.wantsNext(index));
    let from: number | undefined = 0;
    const step = () => {
      // Packets may arrive between two steps, so each step asks for the newest index.
      from = todo[0]?.prepareNext(this.newestIndex, from ?? 0, PREPARE_BATCH_SLOTS);
      if (from === undefined) todo.shift();
      this.#preparing = todo.length > 0 ? setImmediate(step) : undefined;
    };
    if (todo.length > 0) this.#preparing = setImmediate(step);
  }

  /**
   * The timeline of a stream. At a stream's first packet it is a new one, which continues the listeners' time
   * by the wall-clock time since the stream before.
   */
  #timelineOf(publisher: number, ssrc: number, timestamp: number): Timeline {
    if (this.#timeline?.publisher !== publisher || this.#timeline.ssrc !== ssrc) {
      const start = this.timestampAt(now()) ?? timestamp;
      this.#timeline = { publisher, ssrc, offset: (start - timestamp) >>> 0 };
    }
    return this.#timeline;
  }
}
