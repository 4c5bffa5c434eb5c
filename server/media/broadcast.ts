import type { MediaClock as MediaClockReading } from "../protocol/timing.ts";
import type { BroadcastPacket, Relay } from "../relay/relay.ts";
import { BANK_SLOTS, Bank, type Slot, type SlotOptions } from "./bank.ts";
import { now } from "./clock.ts";
import type { BroadcastId } from "./engine.ts";
import { MediaClock } from "./media-clock.ts";
import { PacketRing } from "./packet-ring.ts";
import type { RtpPacket } from "./rtp.ts";

/** Packets kept for NACKs: five seconds at 20 ms each. */
const RING_SIZE = 256;

const SEQUENCES = 0x1_0000;

/** Listeners whose keystream is prepared at a stretch, before the thread looks for datagrams again: 0.2 ms. */
const PREPARE_AT_ONCE = 64;

/** A listener's place in a broadcast. */
export interface Place {
  bank: Bank;
  slot: Slot;
}

/** Where a publisher's numbers are mapped to, so that listeners see one stream that never restarts. */
interface Splice {
  /** The publisher's stream: another SSRC is another stream. */
  ssrc: number;
  /** Added to the publisher's packet index. */
  indexOffset: number;
  /** Added to the publisher's timestamp, modulo 2^32. */
  timestampOffset: number;
  /** First index of this stream; anything before belongs to the one that it replaced. */
  firstIndex: number;
}

/** Where a broadcast's time has moved to, in what the host sends and in what listeners get. */
export interface MediaClocks {
  host: MediaClockReading;
  listeners: MediaClockReading;
}

/** One song on its way: a publisher's packets in, the same packets out to every subscriber. */
export class Broadcast {
  readonly #banks: Bank[] = [];
  readonly #ring = new PacketRing(RING_SIZE);
  #splice: Splice | undefined;
  readonly #clock = new MediaClock();
  /** Index of the newest packet sent. */
  #newest: number | undefined;
  /** What every listener was sent since the broadcast began, but for what was sent again. */
  readonly #sent = { packets: 0, octets: 0 };
  #preparing: NodeJS.Immediate | undefined;
  readonly #publish: ((packet: BroadcastPacket) => void) | undefined;
  readonly #unsubscribe: (() => void) | undefined;
  readonly #tell: (clocks: MediaClocks) => void;

  /**
   * @param relay to the other threads, if there are any
   * @param tell called in the publisher's thread: at the first packet of a stream, and when its time has moved
   */
  constructor(id: BroadcastId, relay: Relay | undefined, tell: (clocks: MediaClocks) => void) {
    this.#tell = tell;
    this.#publish = relay && ((packet) => relay.publish(id, packet));
    this.#unsubscribe = relay?.subscribe(id, (packet) => this.#deliver(packet));
  }

  /** Takes no more packets; idempotent. */
  close(): void {
    this.#unsubscribe?.();
    clearImmediate(this.#preparing);
  }

  /** Takes one packet of the publisher, whose peer lives in this thread, and sends it to every subscriber. */
  forward(packet: RtpPacket & { index: number }): void {
    const splice = this.#splice?.ssrc === packet.ssrc ? this.#splice : this.#startStream(packet);
    const index = packet.index + splice.indexOffset;
    if (index < splice.firstIndex || this.#ring.get(index)) return;
    const timestamp = (packet.timestamp + splice.timestampOffset) >>> 0;
    const outgoing = {
      index,
      timestamp,
      // A marked packet lets the jitter buffer start anew at a splice (RFC 3550 §5.1, RFC 3551 §4.1).
      marker: packet.marker || index === splice.firstIndex,
      payload: packet.payload,
    };
    this.#publish?.(outgoing);
    this.#deliver(outgoing);
    this.#tellClocks(splice);
  }

  /** The next publisher starts a stream of its own, even if it happens to use the same SSRC. */
  endStream(): void {
    this.#splice = undefined;
  }

  /** Takes in a listener: from now on it gets every packet. */
  add(options: Omit<SlotOptions, "baseRollovers">): Place {
    const bank = this.#banks.find(({ size }) => size < BANK_SLOTS) ?? new Bank();
    if (bank.size === 0) this.#banks.push(bank);
    const baseRollovers = Math.floor((this.#newest ?? 0) / SEQUENCES);
    return { bank, slot: bank.add({ ...options, baseRollovers }) };
  }

  /** Lets a listener go; idempotent. */
  remove({ bank, slot }: Place): void {
    bank.remove(slot);
    if (bank.size === 0) this.#banks.splice(this.#banks.indexOf(bank), 1);
  }

  /** Packets sent to each listener since the broadcast began, and bytes of their payloads. */
  get totals(): Readonly<{ packets: number; octets: number }> {
    return this.#sent;
  }

  /** A packet that was sent, by its index. */
  sent(index: number): BroadcastPacket | undefined {
    return this.#ring.get(index);
  }

  /** Index of the newest packet sent, or undefined before the first. */
  get newestIndex(): number | undefined {
    return this.#newest;
  }

  /** The RTP timestamp that belongs to a time of the server's clock, or undefined before the first packet. */
  timestampAt(time: number): number | undefined {
    return this.#clock.timestampAt(time);
  }

  #deliver(packet: BroadcastPacket): void {
    const { index, timestamp, payload } = packet;
    this.#ring.put(packet);
    this.#clock.take(timestamp, now());
    this.#newest = Math.max(index, this.#newest ?? index);
    this.#sent.packets++;
    this.#sent.octets += payload.length;
    for (const bank of this.#banks) bank.forward(packet);
    this.#prepareAhead(index);
  }

  #tellClocks({ timestampOffset }: Splice): void {
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
      from = todo[0]?.prepareNext(this.#newest ?? index, from ?? 0, PREPARE_AT_ONCE);
      if (from === undefined) todo.shift();
      this.#preparing = todo.length > 0 ? setImmediate(step) : undefined;
    };
    if (todo.length > 0) this.#preparing = setImmediate(step);
  }

  #startStream(packet: RtpPacket & { index: number }): Splice {
    // The sequence goes on without a gap, the timestamp by the time that has passed.
    const firstIndex = this.#newest === undefined ? packet.index : this.#newest + 1;
    const time = now();
    const timestamp = this.timestampAt(time) ?? packet.timestamp;
    this.#clock.restart(time);
    this.#splice = {
      ssrc: packet.ssrc,
      indexOffset: firstIndex - packet.index,
      timestampOffset: (timestamp - packet.timestamp) >>> 0,
      firstIndex,
    };
    return this.#splice;
  }
}
