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

/** Consecutive packets whose keystream is prepared in one go; the same for every slot. */
interface Chunk {
  plan: Plan;
  /** Which half of the slots' room it is in: chunks take turns. */
  half: 0 | 1;
  /** First packet. */
  index: number;
  /** Tells it from every other chunk, also one divided by another plan. */
  key: number;
}

/** The chunk that a packet is in when keystream is divided by this plan. */
function chunkOf(index: number, plan: number): Chunk {
  const { packets } = PLANS[plan]!;
  const number = Math.floor(index / packets);
  return {
    plan: PLANS[plan]!,
    half: number % 2 === 0 ? 0 : 1,
    index: number * packets,
    key: number * PLANS.length + plan,
  };
}

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
  readonly packetAt: number;
  readonly cipher: Cipheriv;
  readonly send: SlotOptions["send"];
  /** What is prepared in each half of the keystream: the key of a {@link Chunk}. */
  readonly prepared: [number, number] = [NEVER, NEVER];

  constructor(
    memory: Buffer,
    address: number,
    { keys, ssrc, payloadType, baseRollovers, send }: SlotOptions,
  ) {
    this.address = address;
    this.packetAt = address + layout.SLOT_PACKET;
    this.send = send;
    // AES in electronic-codebook mode over counter blocks is counter mode, for many packets in one call.
    this.cipher = createCipheriv("aes-128-ecb", keys.cipher, null).setAutoPadding(false);
    writeCounter(memory, address + layout.SLOT_COUNTER, keys.salt, ssrc, 0, 0);
    const auth = keys.auth.export();
    keyState(auth, 0x36).forEach((word, n) => {
      memory.writeUInt32LE(word, address + layout.SLOT_INNER + n * 4);
    });
    keyState(auth, 0x5c).forEach((word, n) => {
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
  /** Views of the counter area, as long as each plan needs. */
  readonly #counters: ReadonlyMap<Plan, Buffer>;
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
    this.#counters = new Map(
      PLANS.map((plan) => {
        const end = layout.COUNTERS_AT + plan.packets * plan.blocks * 16;
        return [plan, memory.subarray(layout.COUNTERS_AT, end)];
      }),
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
    const chunk = this.#load(packet);
    const length = RTP_HEADER_LENGTH + packet.payload.length + TAG_LENGTH;
    const slots = this.#slots;
    // By index: a listener that leaves while it is sent to must not disturb the rest.
    for (let n = 0; n < slots.length; n += 4) {
      const a = slots[n]!;
      const b = slots[n + 1] ?? a;
      const c = slots[n + 2] ?? b;
      const d = slots[n + 3] ?? c;
      this.#protect(a, b, c, d, packet, chunk);
      a.send(this.#memory, a.packetAt, length);
      if (b !== a) b.send(this.#memory, b.packetAt, length);
      if (c !== b) c.send(this.#memory, c.packetAt, length);
      if (d !== c) d.send(this.#memory, d.packetAt, length);
    }
  }

  /** Sends one packet, again or late, to one listener. */
  forwardTo(slot: Slot, packet: BroadcastPacket): void {
    this.#protect(slot, slot, slot, slot, packet, this.#load(packet));
    slot.send(this.#memory, slot.packetAt, RTP_HEADER_LENGTH + packet.payload.length + TAG_LENGTH);
  }

  /**
   * Prepares the keystream of the chunk after this packet's, for some of the listeners.
   * @returns where to go on, or undefined when all are prepared
   */
  prepareNext(index: number, from: number, count: number): number | undefined {
    const chunk = chunkOf(index + PLANS[this.#plan]!.packets, this.#plan);
    const end = Math.min(from + count, this.#slots.length);
    for (let n = from; n < end; n++) this.#ensure(this.#slots[n]!, chunk);
    return end < this.#slots.length ? end : undefined;
  }

  /** Whether the second half of a chunk has begun, so that the next may take the place of the last. */
  wantsNext(index: number): boolean {
    const { packets } = PLANS[this.#plan]!;
    return index % packets >= packets / 2;
  }

  /** Takes the payload into memory, and finds the chunk that its keystream is in. */
  #load({ index, payload }: BroadcastPacket): Chunk {
    payload.copy(this.#memory, layout.PAYLOAD_AT);
    this.#longest = Math.max(this.#longest, payload.length);
    if (PLANS[this.#plan]!.blocks * 16 < payload.length) this.#plan = planFor(payload.length);
    if (++this.#loaded % PLAN_WINDOW === 0) {
      this.#plan = planFor(this.#longest);
      this.#longest = 0;
    }
    return chunkOf(index, this.#plan);
  }

  #protect(a: Slot, b: Slot, c: Slot, d: Slot, packet: BroadcastPacket, chunk: Chunk): void {
    this.#ensure(a, chunk);
    this.#ensure(b, chunk);
    this.#ensure(c, chunk);
    this.#ensure(d, chunk);
    this.#kernel.protect4(
      a.address,
      b.address,
      c.address,
      d.address,
      keystreamAt(chunk) + (packet.index - chunk.index) * chunk.plan.blocks * 16,
      packet.payload.length,
      packet.marker ? 1 : 0,
      packet.index % SEQUENCES,
      packet.timestamp,
      Math.floor(packet.index / SEQUENCES),
    );
  }

  #ensure(slot: Slot, chunk: Chunk): void {
    if (slot.prepared[chunk.half] === chunk.key) return;
    const { packets, blocks } = chunk.plan;
    const rollovers = Math.floor(chunk.index / SEQUENCES);
    const sequence = chunk.index % SEQUENCES;
    this.#kernel.writeCounters(slot.address, layout.COUNTERS_AT, rollovers, sequence, packets, blocks);
    const counters = this.#counters.get(chunk.plan)!;
    this.#memory.set(slot.cipher.update(counters), slot.address + keystreamAt(chunk));
    slot.prepared[chunk.half] = chunk.key;
  }
}

/** Where a chunk's keystream starts within each slot. */
function keystreamAt({ half }: Chunk): number {
  return layout.SLOT_KEYSTREAM + half * layout.KEYSTREAM_HALF;
}

/** The first plan whose packets hold this many bytes. */
function planFor(length: number): number {
  return PLANS.findIndex(({ blocks }) => blocks * 16 >= length);
}
