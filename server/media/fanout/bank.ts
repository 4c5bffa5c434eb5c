import { createKernel, type KernelKind } from "../kernel/kernel.ts";
import * as layout from "../kernel/layout.ts";
import type { Kernel } from "../kernel/operations.ts";
import { writeCounter } from "../secure/counter-mode.ts";
import { type SessionKeys, TAG_LENGTH } from "../secure/srtp-keys.ts";
import { type Destination, Outputs } from "../wire/outputs.ts";
import { RTP_HEADER_LENGTH } from "../wire/rtp.ts";
import { CHUNK_PACKETS, type Chunk, Keystream, SlotKeystream } from "./keystream.ts";
import type { BroadcastPacket } from "./packet-ring.ts";

/** Listeners a bank holds: three megabytes of memory, touched as they come. */
export const BANK_SLOTS = layout.SLOTS;

const SEQUENCES = 0x1_0000;

/** What a slot needs to know of its listener. */
export interface SlotOptions {
  keys: SessionKeys;
  ssrc: number;
  payloadType: number;
  /** The broadcast's index of the first packet that it can get. */
  nextIndex: number;
  /**
   * Its own sequence number for that packet, with no rollover before it; up to {@link CHUNK_PACKETS} − 1 more
   * is given.
   */
  firstSequence: number;
  destination: Destination;
}

/**
 * One listener's place in a bank. What each packet needs is in the slot itself, not further away in memory.
 */
export class Slot implements Destination {
  readonly number: number;
  readonly keystream: SlotKeystream;
  /**
   * The broadcast's index less this listener's own; a multiple of {@link CHUNK_PACKETS}, so that chunks are
   * the same.
   */
  readonly #origin: number;
  socket: Destination["socket"];
  address: string;
  port: number;

  constructor(memory: Buffer, number: number, options: SlotOptions) {
    const { keys, ssrc, payloadType, nextIndex, firstSequence, destination } = options;
    const { socket, address, port } = destination;
    this.number = number;
    this.keystream = new SlotKeystream(number, keys.cipher);
    this.#origin = Math.floor((nextIndex - firstSequence) / CHUNK_PACKETS) * CHUNK_PACKETS;
    this.socket = socket;
    this.address = address;
    this.port = port;
    const state = memory.subarray(layout.STATES_AT + number * layout.STATE_LENGTH);
    writeCounter(state, layout.STATE_COUNTER, keys.salt, ssrc, 0, 0);
    state.set(keys.auth.states, layout.STATE_INNER);
    const rolloverOffset = Math.floor(-this.#origin / SEQUENCES);
    state.writeInt32LE(rolloverOffset | 0, layout.STATE_ROLLOVER_OFFSET);
    state.writeUInt16LE(-this.#origin - rolloverOffset * SEQUENCES, layout.STATE_SEQUENCE_OFFSET);
    state[layout.STATE_PAYLOAD_TYPE] = payloadType;
    state.writeUInt32BE(ssrc, layout.STATE_SSRC);
  }

  /**
   * The broadcast's index, `newest` at most, of the last packet that had this sequence number at this
   * listener.
   */
  indexOf(sequence: number, newest: number): number {
    return newest - ((newest - this.#origin - sequence) & 0xffff);
  }

  /** Its packets go elsewhere from now on. */
  moveTo({ socket, address, port }: Destination): void {
    this.socket = socket;
    this.address = address;
    this.port = port;
  }
}

/**
 * The listeners of one broadcast, up to {@link BANK_SLOTS}, side by side in memory that the kernel works on:
 * all of them get the same payload, and sequence numbers at a fixed distance, so their packets are made four
 * at a time.
 */
export class Bank {
  readonly #kernel: Kernel;
  readonly #memory: Buffer;
  readonly #keystream: Keystream;
  readonly #outputs: Outputs;
  readonly #slots: Slot[] = [];
  readonly #free = Array.from({ length: BANK_SLOTS }, (_, n) => BANK_SLOTS - 1 - n);
  /**
   * Generation of the keystream (see {@link Keystream.layOut}) that is known to be prepared for every slot.
   */
  #ready: number | undefined;

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

  /** Makes a place for a listener; the bank must not be full. */
  add(options: SlotOptions): Slot {
    const slot = new Slot(this.#memory, this.#free.pop()!, options);
    this.#slots.push(slot);
    this.#ready = undefined;
    return slot;
  }

  /** Frees a listener's place and forgets its keys. */
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

  /** Sends one packet again to one listener. */
  forwardTo(slot: Slot, packet: BroadcastPacket): void {
    packet.payload.copy(this.#memory, layout.PAYLOAD_AT);
    const keystream = this.#keystream.makeSingle(slot.keystream, packet.index, packet.payload.length);
    this.#outputs.open(packetLength(packet));
    this.#send(slot, slot, slot, slot, packet, keystream, 0);
  }

  /**
   * Prepares the keystream of the chunk after this packet's, for some of the listeners, when it is time.
   * @returns where to go on, or undefined when all are prepared
   */
  prepareNext(index: number, from: number, count: number): number | undefined {
    if (!this.wantsNext(index)) return;
    const chunk = this.#keystream.chunkAfter(index);
    const end = Math.min(from + count, this.#slots.length);
    for (let n = from; n < end; n++) this.#keystream.ensure(this.#slots[n]!.keystream, chunk);
    return end < this.#slots.length ? end : undefined;
  }

  /** Whether it is time to prepare the next chunk. */
  wantsNext(index: number): boolean {
    return this.#keystream.wantsNext(index);
  }

  /** Prepares a chunk for every listener, unless it is. */
  #prepare(chunk: Chunk): void {
    const generation = this.#keystream.layOut(chunk);
    if (this.#ready === generation) return;
    for (const { keystream } of this.#slots) this.#keystream.ensure(keystream, chunk);
    this.#ready = generation;
  }

  /** Makes and sends four packets; repeated slots, which come last, get one. */
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
