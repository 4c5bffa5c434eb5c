import { type Cipheriv, createCipheriv } from "node:crypto";
import type { BroadcastPacket } from "../relay/relay.ts";
import { createKernel, type Kernel, type KernelKind } from "./kernel/kernel.ts";
import * as layout from "./kernel/layout.ts";
import { keyState } from "./kernel/sha1.ts";
import { RTP_HEADER_LENGTH } from "./rtp.ts";
import { type SessionKeys, TAG_LENGTH, writeCounter } from "./srtp-keys.ts";

/** Listeners a bank holds: three megabytes of memory, touched as they come. */
export const BANK_SLOTS = 256;

const SEQUENCES = 0x1_0000;
const NEVER = -1;

/** How half of a slot's keystream room is divided: `packets` of `blocks` AES blocks each. */
interface Plan {
  packets: number;
  blocks: number;
}

/**
 * Many short packets or few long ones, in half of a slot's room. Each count divides 2^16, so that no
 * chunk spans a rollover.
 */
const PLANS: readonly Plan[] = [
  { packets: 16, blocks: 20 },
  { packets: 8, blocks: 28 },
  { packets: 8, blocks: 40 },
  { packets: 4, blocks: 64 },
  { packets: 4, blocks: layout.PAYLOAD_MAX / 16 },
];

/** The plan follows the longest payload of this many packets: a song's loud passage, or another packet time. */
const PLAN_WINDOW = 128;

/** What a slot needs to know of its listener. */
export interface SlotOptions {
  keys: SessionKeys;
  ssrc: number;
  payloadType: number;
  /** Rollovers of the broadcast before this listener came: its own count starts at 0 (RFC 3711 §3.3.1). */
  baseRollovers: number;
  /** Sends `length` bytes of `memory` from `at` on, before it returns. */
  send(memory: Buffer, at: number, length: number): void;
}

/** One listener's place in a bank. */
export class Slot {
  readonly address: number;
  readonly cipher: Cipheriv;
  readonly send: SlotOptions["send"];
  /** The chunk, and the plan by which it is divided, in each half of the keystream. */
  readonly chunks: [number, number] = [NEVER, NEVER];
  readonly plans: [number, number] = [NEVER, NEVER];

  constructor(
    memory: Buffer,
    address: number,
    { keys, ssrc, payloadType, baseRollovers, send }: SlotOptions,
  ) {
    this.address = address;
    this.send = send;
    // AES in electronic-codebook mode over counter blocks is counter mode, for many packets in one call.
    this.cipher = createCipheriv("aes-128-ecb", keys.cipher, null).setAutoPadding(false);
    writeCounter(memory, address + layout.SLOT_COUNTER, keys.salt, ssrc, 0, 0);
    keyState(keys.auth, 0x36).forEach((word, n) => {
      memory.writeUInt32LE(word, address + layout.SLOT_INNER + n * 4);
    });
    keyState(keys.auth, 0x5c).forEach((word, n) => {
      memory.writeUInt32LE(word, address + layout.SLOT_OUTER + n * 4);
    });
    memory.writeUInt32LE(baseRollovers, address + layout.SLOT_BASE_ROLLOVERS);
    memory[address + layout.SLOT_PAYLOAD_TYPE] = payloadType;
    memory.writeUInt32BE(ssrc, address + layout.SLOT_SSRC);
  }
}

/**
 * The listeners of one broadcast, up to {@link BANK_SLOTS}, side by side in memory that the kernel works
 * on: all of them get the same sequence numbers and payload, so their packets are made four at a time.
 * Keystream is prepared in chunks of consecutive packets, for the chunk in use and the one after it.
 */
export class Bank {
  readonly #kernel: Kernel;
  readonly #memory: Buffer;
  readonly #counters: readonly Buffer[];
  readonly #slots: Slot[] = [];
  readonly #free: number[] = [];
  /** How long payloads have lately been, as an index into PLANS. */
  #plan = 0;
  #longest = 0;
  #loaded = 0;

  constructor(kind?: KernelKind) {
    const { kernel, memory } = createKernel(layout.SLOTS_AT + BANK_SLOTS * layout.SLOT_LENGTH, kind);
    this.#kernel = kernel;
    this.#memory = memory;
    this.#counters = PLANS.map(({ packets, blocks }) =>
      memory.subarray(layout.COUNTERS_AT, layout.COUNTERS_AT + packets * blocks * 16),
    );
    for (let n = BANK_SLOTS - 1; n >= 0; n--) this.#free.push(layout.SLOTS_AT + n * layout.SLOT_LENGTH);
  }

  /** Listeners in the bank. */
  get size(): number {
    return this.#slots.length;
  }

  /** Makes a place for a listener; the bank must not be full. */
  add(options: SlotOptions): Slot {
    const slot = new Slot(this.#memory, this.#free.pop()!, options);
    this.#slots.push(slot);
    return slot;
  }

  /** Frees a listener's place and forgets its keys. */
  remove(slot: Slot): void {
    const at = this.#slots.indexOf(slot);
    if (at < 0) return;
    this.#slots[at] = this.#slots.at(-1)!;
    this.#slots.pop();
    this.#memory.fill(0, slot.address, slot.address + layout.SLOT_LENGTH);
    this.#free.push(slot.address);
  }

  /** Sends one packet to every listener. */
  forward(packet: BroadcastPacket): void {
    const plan = this.#load(packet);
    const slots = this.#slots;
    // By index: a listener that leaves while it is sent to must not disturb the rest.
    for (let n = 0; n < slots.length; n += 4) {
      const a = slots[n]!;
      const b = slots[n + 1] ?? a;
      const c = slots[n + 2] ?? b;
      const d = slots[n + 3] ?? c;
      this.#protect(a, b, c, d, packet, plan);
      this.#send(a, packet);
      if (b !== a) this.#send(b, packet);
      if (c !== b) this.#send(c, packet);
      if (d !== c) this.#send(d, packet);
    }
  }

  /** Sends one packet, again or late, to one listener. */
  forwardTo(slot: Slot, packet: BroadcastPacket): void {
    const plan = this.#load(packet);
    this.#protect(slot, slot, slot, slot, packet, plan);
    this.#send(slot, packet);
  }

  /**
   * Prepares the keystream of the chunk after this packet's, for some of the listeners.
   * @returns where to go on, or undefined when all are prepared
   */
  prepareNext(index: number, from: number, count: number): number | undefined {
    const chunk = Math.floor(index / PLANS[this.#plan]!.packets) + 1;
    const end = Math.min(from + count, this.#slots.length);
    for (let n = from; n < end; n++) this.#ensure(this.#slots[n]!, chunk, this.#plan);
    return end < this.#slots.length ? end : undefined;
  }

  /** Whether the second half of a chunk has begun, so that the next may take the place of the last. */
  wantsNext(index: number): boolean {
    const { packets } = PLANS[this.#plan]!;
    return index % packets >= packets / 2;
  }

  /** Takes the payload into memory, and chooses the plan whose packets are long enough for it. */
  #load({ payload }: BroadcastPacket): number {
    payload.copy(this.#memory, layout.PAYLOAD_AT);
    this.#longest = Math.max(this.#longest, payload.length);
    if (PLANS[this.#plan]!.blocks * 16 < payload.length) this.#plan = planFor(payload.length);
    if (++this.#loaded % PLAN_WINDOW === 0) {
      this.#plan = planFor(this.#longest);
      this.#longest = 0;
    }
    return this.#plan;
  }

  #protect(a: Slot, b: Slot, c: Slot, d: Slot, packet: BroadcastPacket, plan: number): void {
    const { packets, blocks } = PLANS[plan]!;
    const chunk = Math.floor(packet.index / packets);
    this.#ensure(a, chunk, plan);
    if (b !== a) this.#ensure(b, chunk, plan);
    if (c !== b) this.#ensure(c, chunk, plan);
    if (d !== c) this.#ensure(d, chunk, plan);
    const keystream =
      layout.SLOT_KEYSTREAM + (chunk & 1) * layout.KEYSTREAM_HALF + (packet.index % packets) * blocks * 16;
    this.#kernel.protect4(
      a.address,
      b.address,
      c.address,
      d.address,
      keystream,
      packet.payload.length,
      packet.marker ? 1 : 0,
      packet.index % SEQUENCES,
      packet.timestamp,
      Math.floor(packet.index / SEQUENCES),
    );
  }

  #ensure(slot: Slot, chunk: number, plan: number): void {
    const half = chunk & 1;
    if (slot.chunks[half] === chunk && slot.plans[half] === plan) return;
    const { packets, blocks } = PLANS[plan]!;
    const index = chunk * packets;
    const rollovers = Math.floor(index / SEQUENCES);
    this.#kernel.writeCounters(
      slot.address,
      layout.COUNTERS_AT,
      rollovers,
      index % SEQUENCES,
      packets,
      blocks,
    );
    const keystream = slot.cipher.update(this.#counters[plan]!);
    this.#memory.set(keystream, slot.address + layout.SLOT_KEYSTREAM + half * layout.KEYSTREAM_HALF);
    slot.chunks[half] = chunk;
    slot.plans[half] = plan;
  }

  #send(slot: Slot, { payload }: BroadcastPacket): void {
    const length = RTP_HEADER_LENGTH + payload.length + TAG_LENGTH;
    slot.send(this.#memory, slot.address + layout.SLOT_PACKET, length);
  }
}

/** The first plan whose packets hold this many bytes. */
function planFor(length: number): number {
  return PLANS.findIndex(({ blocks }) => blocks * 16 >= length);
}
