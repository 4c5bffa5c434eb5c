import { randomInt } from "node:crypto";
import type { Relay, RelayedPacket } from "../../relay/relay.ts";
import { now } from "../clock.ts";
import { counts } from "../counters.ts";
import type { BroadcastId } from "../model.ts";
import type { RtpPacket } from "../wire/rtp.ts";
import { BANK_SLOTS, Bank, type Slot, type SlotOptions } from "./bank.ts";
import { MediaClock, type MediaClocks } from "./media-clock.ts";
import { Numbering, type PacketSource } from "./numbering.ts";
import { type BroadcastPacket, PacketRing } from "./packet-ring.ts";

/** Packets kept for NACKs: five seconds at 20 ms each. */
const RING_SIZE = 256;

/**
 * A listener's first sequence number is random from the first of these on, below the second (RFC 3550 §5.1).
 * The receiver takes it that no rollover came before the first packet that reaches it (RFC 3711 §3.3.1). So
 * there must be room behind, for packets that come late or are asked for again ({@link RING_SIZE}), and
 * ahead: of 49,152 packets to the rollover, 16 minutes at 20 ms each, all may be lost.
 */
const FIRST_SEQUENCES = [RING_SIZE, 0x4000] as const;

/**
 * Listeners whose keystream is prepared at a stretch, before the thread looks for datagrams again: 0.2 ms.
 */
const PREPARE_AT_ONCE = 64;

/** Which slot of which bank a listener has. */
export interface BankSlot {
  bank: Bank;
  slot: Slot;
}

/** How the times of a publisher's stream are mapped, so that listeners get one stream that never restarts. */
interface Timeline {
  publisher: number;
  ssrc: number;
  /** Added to the publisher's timestamp, modulo 2^32. */
  offset: number;
}

/**
 * One song on its way: a publisher's packets in, the same packets out to every subscriber in this thread. The
 * thread that a publisher lives in hands them to the others.
 */
export class Broadcast {
  readonly #banks: Bank[] = [];
  readonly #ring = new PacketRing(RING_SIZE);
  readonly #numbering = new Numbering();
  /** Of the publisher whose peer lives in this thread. */
  #timeline: Timeline | undefined;
  readonly #clock = new MediaClock();
  /** What every listener was sent since the broadcast began, but for what was sent again. */
  readonly #sent = { packets: 0, octets: 0 };
  #preparing: NodeJS.Immediate | undefined;
  readonly #publish: ((packet: RelayedPacket) => void) | undefined;
  readonly #unsubscribe: (() => void) | undefined;
  readonly #tell: (clocks: MediaClocks) => void;

  /**
   * @param relay to the other threads, if there are any
   * @param tell called in the publisher's thread: at the first packet of a stream, and when its time has
   * moved
   */
  constructor(id: BroadcastId, relay: Relay | undefined, tell: (clocks: MediaClocks) => void) {
    this.#tell = tell;
    this.#publish = relay && ((packet) => relay.publish(id, packet));
    this.#unsubscribe = relay?.subscribe(id, (packet) => {
      const index = this.#number(packet);
      if (index !== undefined) this.#deliver({ ...packet, index });
    });
  }

  /** Takes no more packets; idempotent. */
  close(): void {
    this.#unsubscribe?.();
    clearImmediate(this.#preparing);
  }

  /**
   * Takes one packet of a publisher, whose peer lives in this thread, and sends it to every subscriber.
   * @param publisher its number: of two publishers the one with the greater has replaced the other
   */
  forward(
    { ssrc, index, marker, payload, ...packet }: RtpPacket & { index: number },
    publisher: number,
  ): void {
    const number = this.#number({ publisher, ssrc, index });
    if (number === undefined) return;
    const { offset } = this.#timelineOf(publisher, ssrc, packet.timestamp);
    const timestamp = (packet.timestamp + offset) >>> 0;
    this.#publish?.({ publisher, ssrc, index, timestamp, marker, payload });
    this.#deliver({ index: number, timestamp, marker, payload });
    this.#tellClocks(offset);
  }

  /** Takes in a listener: from now on it gets every packet. */
  add(options: Omit<SlotOptions, "nextIndex" | "firstSequence">): BankSlot {
    const bank = this.#banks.find(({ size }) => size < BANK_SLOTS) ?? new Bank();
    if (bank.size === 0) this.#banks.push(bank);
    const nextIndex = this.#numbering.newest + 1;
    const firstSequence = randomInt(...FIRST_SEQUENCES);
    return { bank, slot: bank.add({ ...options, nextIndex, firstSequence }) };
  }

  /** Lets a listener go; idempotent. */
  remove({ bank, slot }: BankSlot): void {
    bank.remove(slot);
    const at = this.#banks.indexOf(bank);
    if (bank.size === 0 && at >= 0) this.#banks.splice(at, 1);
  }

  /** Packets sent to each listener since the broadcast began, and bytes of their payloads. */
  get totals(): Readonly<{ packets: number; octets: number }> {
    return this.#sent;
  }

  /**
   * A packet that was sent, by its index; undefined if there was none, or {@link RING_SIZE} or more have been
   * due since.
   */
  sent(index: number): BroadcastPacket | undefined {
    // After a gap the ring still holds older ones: to a listener that came late they may lie before its own
    // numbers.
    return index > this.newestIndex - RING_SIZE ? this.#ring.get(index) : undefined;
  }

  /** Index of the newest packet sent, or -1. */
  get newestIndex(): number {
    return this.#numbering.newest;
  }

  /** The RTP timestamp that belongs to a time of the server's clock, or undefined before the first packet. */
  timestampAt(time: number): number | undefined {
    return this.#clock.timestampAt(time);
  }

  /**
   * A packet's index here, which no other packet has or had; undefined if it must not be sent, which is
   * counted.
   */
  #number(source: PacketSource): number | undefined {
    const index = this.#numbering.give(source);
    if (index === undefined) counts.droppedIn++;
    else if (index === this.#numbering.first) this.#clock.restart(now());
    return index;
  }

  #deliver({ index, timestamp, payload, marker }: BroadcastPacket): void {
    // A marked packet lets the jitter buffer start anew at a splice (RFC 3550 §5.1, RFC 3551 §4.1).
    const packet = { index, timestamp, payload, marker: marker || index === this.#numbering.first };
    this.#ring.put(packet);
    this.#clock.take(timestamp, now());
    this.#sent.packets++;
    this.#sent.octets += payload.length;
    for (const bank of this.#banks) bank.forward(packet);
    this.#prepareAhead(index);
  }

  #tellClocks(timestampOffset: number): void {
    const listeners = this.#clock.takeNews(now());
    if (!listeners) return;
    const host = { ...listeners, timestamp: (listeners.timestamp - timestampOffset) >>> 0 };
    this.#tell({ host, listeners });
  }

  /** Makes the keystream for what comes next while the thread has nothing else to do. */
  #prepareAhead(index: number): void {
    if (this.#preparing) return;
    const todo = this.#banks.filter((bank) => bank.wantsNext(index));
    let from: number | undefined = 0;
    const step = () => {
      // The song goes on meanwhile: what is too late to be of use is not made.
      from = todo[0]?.prepareNext(this.newestIndex, from ?? 0, PREPARE_AT_ONCE);
      if (from === undefined) todo.shift();
      this.#preparing = todo.length > 0 ? setImmediate(step) : undefined;
    };
    if (todo.length > 0) this.#preparing = setImmediate(step);
  }

  /**
   * The current timeline, or for a stream's first packet a new one, on which time goes on by what has passed.
   */
  #timelineOf(publisher: number, ssrc: number, timestamp: number): Timeline {
    if (this.#timeline?.publisher !== publisher || this.#timeline.ssrc !== ssrc) {
      const goesOnAt = this.timestampAt(now()) ?? timestamp;
      this.#timeline = { publisher, ssrc, offset: (goesOnAt - timestamp) >>> 0 };
    }
    return this.#timeline;
  }
}
