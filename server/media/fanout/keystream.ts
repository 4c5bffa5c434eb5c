import { type Cipheriv, createCipheriv } from "node:crypto";
import * as layout from "../kernel/layout.ts";
import type { Kernel } from "../kernel/operations.ts";

/** Sequence numbers between two rollovers (RFC 3550 §5.1: 16 bits). */
const SEQUENCES = 0x1_0000;
/** Length of an AES block. */
const BLOCK_BYTES = 16;
/** Generations count from 1. */
const NO_GENERATION = 0;

/** Divides a slot's part of one half of the keystream: `packets` of `blocks` AES blocks each. */
interface Plan {
  packets: number;
  blocks: number;
}

/** Packets of the longest chunk. The lengths of all other chunks divide it, and it divides 2^16. */
export const CHUNK_PACKETS = 16;

/**
 * Many short packets or few long ones, in `layout.CHUNK_BYTES_MAX` bytes. Each count divides
 * {@link CHUNK_PACKETS}. A slot's numbers are a multiple of that away from the broadcast's, so no chunk
 * contains a rollover of either.
 */
const PLANS: readonly Plan[] = [
  { packets: CHUNK_PACKETS, blocks: 20 },
  { packets: 8, blocks: 28 },
  { packets: 8, blocks: 40 },
  { packets: 4, blocks: 64 },
  { packets: 4, blocks: layout.PAYLOAD_BYTES_MAX / BLOCK_BYTES },
];

/**
 * After this many packets the plan is chosen anew, by the longest payload among them. A payload that does not
 * fit raises the plan at once. Payloads grow in loud passages of a song and with longer packet times.
 */
const PLAN_WINDOW_PACKETS = 128;

/** Consecutive packets whose keystream is prepared together. Every slot has the same chunks. */
export interface Chunk {
  plan: Plan;
  /** The half of the keystream that holds it. Consecutive chunks alternate. */
  half: 0 | 1;
  /** Index of the first packet. */
  index: number;
  /** Identifies the chunk, also among chunks of other plans. */
  key: number;
}

/** The chunk that contains a packet, when keystream is divided by this plan. */
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

/** The contents of one half of the keystream. */
interface Half {
  /** Key of the {@link Chunk} that the half is laid out for. */
  key: number;
  generation: number;
}

/** Makes one slot's keystream, and records which halves are prepared. */
export class SlotKeystream {
  readonly slot: number;
  readonly cipher: Cipheriv;
  /** For each half, the generation (see {@link Keystream.layOut}) for which this slot's part was made. */
  readonly prepared: [number, number] = [NO_GENERATION, NO_GENERATION];

  constructor(slot: number, key: Parameters<typeof createCipheriv>[1]) {
    this.slot = slot;
    // Electronic-codebook mode over counter blocks gives the keystream of many packets in one call.
    this.cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  }
}

/**
 * The keystream of a bank's slots (AES counter mode, RFC 3711 §4.1.1). It is prepared in chunks of
 * consecutive packets: the chunk in use and the one after it. It is stored packet by packet, so that sending
 * one packet to all slots reads memory sequentially.
 */
export class Keystream {
  readonly #kernel: Kernel;
  readonly #memory: Buffer;
  /** Views of the blocks' area, by their length in blocks. */
  readonly #blocks = new Map<number, Buffer>();
  /** Index into PLANS. */
  #plan = 0;
  /** The longest payload since the plan was last chosen, bytes. */
  #longest = 0;
  #seen = 0;
  readonly #laidOut: [Half, Half] = [
    { key: -1, generation: NO_GENERATION },
    { key: -1, generation: NO_GENERATION },
  ];
  #generations = NO_GENERATION;

  constructor(kernel: Kernel, memory: Buffer) {
    this.#kernel = kernel;
    this.#memory = memory;
  }

  /** The chunk that contains the next packet, whose payload has `length` bytes. */
  chunkFor(index: number, length: number): Chunk {
    this.#longest = Math.max(this.#longest, length);
    if (PLANS[this.#plan]!.blocks * BLOCK_BYTES < length) this.#plan = planFor(length);
    if (++this.#seen % PLAN_WINDOW_PACKETS === 0) {
      this.#plan = planFor(this.#longest);
      this.#longest = 0;
    }
    return chunkOf(index, this.#plan);
  }

  /** The chunk after the one that contains a packet. */
  chunkAfter(index: number): Chunk {
    return chunkOf(index + PLANS[this.#plan]!.packets, this.#plan);
  }

  /** Whether the second half of a packet's chunk has begun. Then the next chunk may replace the last one. */
  wantsNext(index: number): boolean {
    const { packets } = PLANS[this.#plan]!;
    return index % packets >= packets / 2;
  }

  /**
   * Address of a prepared packet's keystream for slot 0, and the distance from one slot to the next, bytes.
   */
  rowOf({ plan, half, index: first }: Chunk, index: number): { at: number; stride: number } {
    const stride = plan.blocks * BLOCK_BYTES;
    const row = layout.SLOTS * stride * (index - first);
    return { at: layout.KEYSTREAM_AT + half * layout.KEYSTREAM_HALF + row, stride };
  }

  /**
   * Lays out a half of the memory for this chunk. That invalidates the chunk that was there, for every slot
   * at once: under another plan, the same bytes belong to other slots.
   * @returns the half's generation. It is new whenever the half changes to another chunk.
   */
  layOut({ half, key }: Chunk): number {
    const laidOut = this.#laidOut[half];
    if (laidOut.key !== key) {
      laidOut.key = key;
      laidOut.generation = ++this.#generations;
    }
    return laidOut.generation;
  }

  /** Prepares a chunk for one slot, unless the slot has it already. */
  ensure(of: SlotKeystream, chunk: Chunk): void {
    const generation = this.layOut(chunk);
    const { plan, half, index } = chunk;
    if (of.prepared[half] === generation) return;
    this.#makeBlocks(of, index, plan.packets, plan.blocks);
    const length = plan.blocks * BLOCK_BYTES;
    const target = layout.KEYSTREAM_AT + half * layout.KEYSTREAM_HALF + of.slot * length;
    this.#kernel.deal(target, plan.packets, layout.SLOTS * length, length);
    of.prepared[half] = generation;
  }

  /** Makes the keystream of one packet apart from the chunks. Returns its address. */
  makeSingle(of: SlotKeystream, index: number, length: number): number {
    const blocks = Math.ceil(length / BLOCK_BYTES);
    this.#makeBlocks(of, index, 1, blocks);
    return layout.BLOCKS_AT;
  }

  #makeBlocks(of: SlotKeystream, index: number, packets: number, blocks: number): void {
    const count = packets * blocks;
    let area = this.#blocks.get(count);
    if (!area) {
      area = this.#memory.subarray(layout.BLOCKS_AT, layout.BLOCKS_AT + count * BLOCK_BYTES);
      this.#blocks.set(count, area);
    }
    this.#kernel.writeCounters(of.slot, Math.floor(index / SEQUENCES), index % SEQUENCES, packets, blocks);
    area.set(of.cipher.update(area));
  }
}

/** Index of the first plan with room for payloads of this many bytes. */
function planFor(length: number): number {
  return PLANS.findIndex(({ blocks }) => blocks * BLOCK_BYTES >= length);
}
