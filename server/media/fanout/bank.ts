import { createKernel, type KernelKind } from "../kernel/kernel.ts";
import * as layout from "../kernel/layout.ts";
import type { Kernel } from "../kernel/operations.ts";
import { writeCounter } from "../secure/counter-mode.ts";
import { type SessionKeys, TAG_LENGTH } from "../secure/srtp-keys.ts";
import { type Destination, Outputs } from "../wire/outputs.ts";
import { RTP_HEADER_LENGTH } from "../wire/rtp.ts";
import { CHUNK_PACKETS, type Chunk, Keystream, SlotKeystream } from "./keystream.ts";

/**
 * Listeners of one bank. It takes 3 MB of address space; the system commits pages when they are first used.
 */
export const BANK_SLOTS = layout.SLOTS;

/** Sequence numbers between two rollovers (RFC 3550 §5.1: 16 bits). */
const SEQUENCES = 0x1_0000;

/** One packet of a broadcast, without the header fields and keys that differ between listeners. */
export interface BroadcastPacket {
  /** See {@link Numbering}. Each listener's own sequence number is a fixed distance from it. */
  index: number;
  timestamp: number;
  marker: boolean;
  payload: Buffer;
}

/** A listener, as its slot needs it. */
export interface SlotOptions {
  keys: SessionKeys;
  ssrc: number;
  payloadType: number;
  /** The broadcast's index of the next packet, which is the first that the listener may receive. */
  nextIndex: number;
  /**
   * The listener's sequence number for that packet, with no rollover before it. The actual number is up to
   * {@link CHUNK_PACKETS} − 1 greater.
   */
  firstSequence: number;
  /**
   * The broadcast's index of the first packet that the listener may receive. Default: all, also those that
   * are late or sent again and have an index below `nextIndex`.
   */
  startsAt?: number;
  destination: Destination;
}

/**
 * One listener's slot in a bank. It holds its destination itself: sending a packet reads no second object.
 */
export class Slot implements Destination {
  readonly number: number;
  readonly keystream: SlotKeystream;
  /**
   * The broadcast's index minus this listener's index. It is a multiple of {@link CHUNK_PACKETS}, so that all
   * listeners have the same chunks.
   */
  readonly #origin: number;
  readonly #state: Buffer;
  /** The broadcast's index of the first packet that the listener may receive. */
  readonly startsAt: number;
  socket: Destination["socket"];
  address: string;
  port: number;

  constructor(memory: Buffer, number: number, options: SlotOptions) {
    const { keys, ssrc, payloadType, nextIndex, firstSequence, destination } = options;
    const { socket, address, port } = destination;
    this.number = number;
    this.startsAt = options.startsAt ?? 0;
    this.keystream = new SlotKeystream(number, keys.cipher);
    this.#origin = Math.floor((nextIndex - firstSequence) / CHUNK_PACKETS) * CHUNK_PACKETS;
    this.socket = socket;
    this.address = address;
    this.port = port;
    const state = memory.subarray(layout.STATES_AT + number * layout.STATE_LENGTH);
    this.#state = state;
    writeCounter(state, layout.STATE_COUNTER, keys.salt, ssrc, 0, 0);
    state.set(keys.auth.states, layout.STATE_INNER);
    const rolloverOffset = Math.floor(-this.#origin / SEQUENCES);
    state.writeInt32LE(rolloverOffset | 0, layout.STATE_ROLLOVER_OFFSET);
    state.writeUInt16LE(-this.#origin - rolloverOffset * SEQUENCES, layout.STATE_SEQUENCE_OFFSET);
    state[layout.STATE_PAYLOAD_TYPE] = payloadType;
    state.writeUInt32BE(ssrc, layout.STATE_SSRC);
  }

  /** The broadcast's index of the latest packet, up to `newest`, that had this listener's sequence number. */
  indexOf(sequence: number, newest: number): number {
    return newest - ((newest - this.#origin - sequence) & 0xffff);
  }

  /** The listener's own index of a packet: its sequence number, rollovers counted. */
  ownIndex(index: number): number {
    return index - this.#origin;
  }

  /** Sends the listener's packets with another payload type from now on. */
  setPayloadType(payloadType: number): void {
    this.#state[layout.STATE_PAYLOAD_TYPE] = payloadType;
  }

  /** Sends the listener's packets to another destination from now on. */
  moveTo({ socket, address, port }: Destination): void {
    this.socket = socket;
    this.address = address;
    this.port = port;
  }
}

/**
 * Up to {@link BANK_SLOTS} listeners of one broadcast, side by side in the kernel's memory. All of them
 * receive the same payload, under sequence numbers at a fixed distance, so the kernel makes their packets
 * four at a time.
 */
export class Bank {
  readonly #kernel: Kernel;
  readonly #memory: Buffer;
  readonly #keystream: Keystream;
  readonly #outputs: Outputs;
  readonly #slots: Slot[] = [];
  /** Numbers of free slots. */
  readonly #free = Array.from({ length: BANK_SLOTS }, (_, n) => BANK_SLOTS - 1 - n);
  /** The keystream generation (see {@link Keystream.layOut}) that is prepared for every slot. */
  #ready: number | undefined;
  /** The greatest first index of the listeners that were added. Earlier packets do not go to all of them. */
  #allFrom = 0;

  constructor(kind?: KernelKind) {
    const { kernel, memory } = createKernel(layout.BANK_LENGTH, kind);
    this.#kernel = kernel;
    this.#memory = memory;
    this.#keystream = new Keystream(kernel, memory);
    this.#outputs = new Outputs(memory);
  }

  /** Listeners in the bank. */
  get size(): number {
    return this.#slots.length;
  }

  /** Adds a listener. The bank must not be full. */
  add(options: SlotOptions): Slot {
    const slot = new Slot(this.#memory, this.#free.pop()!, options);
    this.#slots.push(slot);
    this.#allFrom = Math.max(this.#allFrom, slot.startsAt);
    this.#ready = undefined;
    return slot;
  }

  /** Frees a listener's slot and erases its keys; idempotent. */
  remove(slot: Slot): void {
    const at = this.#slots.indexOf(slot);
    if (at < 0) return;
    this.#slots[at] = this.#slots.at(-1)!;
    this.#slots.pop();
    const state = layout.STATES_AT + slot.number * layout.STATE_LENGTH;
    this.#memory.fill(0, state, state + layout.STATE_LENGTH);
    this.#free.push(slot.number);
  }

  /** Sends one packet to every listener. */
  forward(packet: BroadcastPacket): void {
    const { index, payload } = packet;
    if (index < this.#allFrom) {
      this.#forwardLate(packet);
      return;
    }
    payload.copy(this.#memory, layout.PAYLOAD_AT);
    const chunk = this.#keystream.chunkFor(index, payload.length);
    this.#prepare(chunk);
    const { at, stride } = this.#keystream.rowOf(chunk, index);
    const slots = this.#slots;
    this.#outputs.open(packetLength(packet));
    for (let n = 0; n < slots.length; n += 4) {
      const a = slots[n]!;
      const b = slots[n + 1] ?? a;
      const c = slots[n + 2] ?? b;
      const d = slots[n + 3] ?? c;
      this.#send(a, b, c, d, packet, at, stride);
    }
  }

  /** Sends a packet that is late to those listeners who were there when it was due. */
  #forwardLate(packet: BroadcastPacket): void {
    for (const slot of this.#slots) this.forwardTo(slot, packet);
  }

  /** Sends one packet again to one listener, unless it was sent before the listener's first one. */
  forwardTo(slot: Slot, packet: BroadcastPacket): void {
    // A listener that returns continues its numbers, so those of earlier packets are used already.
    if (packet.index < slot.startsAt) return;
    packet.payload.copy(this.#memory, layout.PAYLOAD_AT);
    const keystream = this.#keystream.makeSingle(slot.keystream, packet.index, packet.payload.length);
    this.#outputs.open(packetLength(packet));
    this.#send(slot, slot, slot, slot, packet, keystream, 0);
  }

  /**
   * Prepares the keystream of the chunk after this packet's for some of the listeners, if it is due.
   * @param from position of the first listener
   * @param count listeners
   * @returns position of the next listener, or undefined when all are prepared or it is not due
   */
  prepareNext(index: number, from: number, count: number): number | undefined {
    if (!this.wantsNext(index)) return;
    const chunk = this.#keystream.chunkAfter(index);
    const end = Math.min(from + count, this.#slots.length);
    for (let n = from; n < end; n++) this.#keystream.ensure(this.#slots[n]!.keystream, chunk);
    return end < this.#slots.length ? end : undefined;
  }

  /** Whether the chunk after this packet's is due to be prepared. */
  wantsNext(index: number): boolean {
    return this.#keystream.wantsNext(index);
  }

  /** Prepares a chunk for every listener that does not have it yet. */
  #prepare(chunk: Chunk): void {
    const generation = this.#keystream.layOut(chunk);
    if (this.#ready === generation) return;
    for (const { keystream } of this.#slots) this.#keystream.ensure(keystream, chunk);
    this.#ready = generation;
  }

  /** Makes and sends the packets of four slots. Repeated slots must come last; they are sent one packet. */
  #send(
    a: Slot,
    b: Slot,
    c: Slot,
    d: Slot,
    packet: BroadcastPacket,
    keystream: number,
    stride: number,
  ): void {
    const outputs = this.#outputs;
    this.#kernel.protect4(
      a.number,
      b.number,
      c.number,
      d.number,
      outputs.at,
      keystream,
      stride,
      packet.payload.length,
      packet.marker ? 1 : 0,
      packet.index % SEQUENCES,
      packet.timestamp,
      Math.floor(packet.index / SEQUENCES),
    );
    outputs.send(0, a);
    if (b !== a) outputs.send(1, b);
    if (c !== b) outputs.send(2, c);
    if (d !== c) outputs.send(3, d);
    outputs.settle(a.socket);
    if (b.socket !== a.socket) outputs.settle(b.socket);
    if (c.socket !== b.socket) outputs.settle(c.socket);
    if (d.socket !== c.socket) outputs.settle(d.socket);
  }
}

function packetLength({ payload }: BroadcastPacket): number {
  return RTP_HEADER_LENGTH + payload.length + TAG_LENGTH;
}
