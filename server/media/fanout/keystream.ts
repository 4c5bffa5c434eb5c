import { type Cipheriv, createCipheriv } from "node:crypto";
import * as layout from "../kernel/layout.ts";
import type { Kernel } from "../kernel/operations.ts";

const SEQUENCES = 0x1_0000;
const BLOCK = 16;
/** No half has this generation: they count from 1. */
const NEVER = 0;

/** How a slot's share of one half of the keystream is divided: `packets` of `blocks` AES blocks each. */
interface Plan {
  packets: number;
  blocks: number;
}

/** Packets of the longest chunk; every other chunk's count divides it, and it divides 2^16. */
export const CHUNK_PACKETS = 16;

/**
 * Many short packets or few long ones, in CHUNK_BYTES_MAX bytes. Each count divides {@link CHUNK_PACKETS}: where a
 * slot's own numbers are a multiple of that away from the broadcast's, no chunk spans a rollover of either.
 */
const PLANS: readonly Plan[] = [
  { packets: CHUNK_PACKETS, blocks: 20 },
  { packets: 8, blocks: 28 },
  { packets: 8, blocks: 40 },
  { packets: 4, blocks: 64 },
  { packets: 4, blocks: layout.PAYLOAD_BYTES_MAX / BLOCK },
];

/**
 * The plan follows the longest payload of this many packets: a song's loud passage, or another packet time.
 */
const PLAN_WINDOW = 128;

/** Consecutive packets whose keystream is prepared in one go; the same for every slot. */
export interface Chunk {
  plan: Plan;
  /** Which half of the keystream it is in: chunks take turns. */
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

/** What a half of the keystream holds. */
interface Half {
  /** Key of the {@link Chunk} that it is laid out for. */
  key: number;
  generation: number;
}

/** What makes one slot's keystream, and how far it has got. */
export class SlotKeystream {
  readonly slot: number;
  readonly cipher: Cipheriv;
  /** For each half, the generation (see {@link Keystream.layOut}) in which this slot's share was made. */
  readonly prepared: [number, number] = [NEVER, NEVER];

  constructor(slot: number, key: Parameters<typeof createCipheriv>[1]) {
    this.slot = slot;
    // AES in electronic-codebook mode over counter blocks is counter mode, for many packets in one call.
    this.cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  }
}

/**
 * The keystream of a bank's slots: prepared in chunks of consecutive packets, for the chunk in use and the
 * one after it, and laid down packet by packet, so that a packet's pass over all slots reads it straight on.
 */
export class Keystream {
  readonly #kernel: Kernel;
  readonly #memory: Buffer;
  /** Views of the blocks' area, by their length in blocks. */
  readonly #blocks = new Map<number, Buffer>();
  /** How long payloads have lately been, as an index into PLANS. */
  #plan = 0;
  #longest = 0;
  #seen = 0;
  /** The key of the chunk that each half is laid out for, and the half's generation. */
  readonly #laidOut: [Half, Half] = [
    { key: -1, generation: NEVER },
    { key: -1, generation: NEVER },
  ];
  #generations = NEVER;

  constructor(kernel: Kernel, memory: Buffer) {
    this.#kernel = kernel;
    this.#memory = memory;
  }

  /** The chunk that the next packet is in, when its payload has this many bytes. */
  chunkFor(index: number, length: number): Chunk {
    this.#longest = Math.max(this.#longest, length);
    if (PLANS[this.#plan]!.blocks * BLOCK < length) this.#plan = planFor(length);
    if (++this.#seen % PLAN_WINDOW === 0) {
      this.#plan = planFor(this.#longest);
      this.#longest = 0;
    }
    return chunkOf(index, this.#plan);
  }

  /** The chunk after the one that a packet is in. */
  chunkAfter(index: number): Chunk {
    return chunkOf(index + PLANS[this.#plan]!.packets, this.#plan);
  }

  /** Whether the second half of a chunk has begun, so that the next may take the place of the last. */
  wantsNext(index: number): boolean {
    const { packets } = PLANS[this.#plan]!;
    return index % packets >= packets / 2;
  }

  /** Where a prepared packet's keystream starts for slot 0, and how far it is from one slot to the next. */
  rowOf({ plan, half, index: first }: Chunk, index: number): { at: number; stride: number } {
    const stride = plan.blocks * BLOCK;
    const row = layout.SLOTS * stride * (index - first);
    return { at: layout.KEYSTREAM_AT + half * layout.KEYSTREAM_HALF + row, stride };
  }

  /**
   * Gives a chunk's half of the memory to this chunk. What another chunk had there is void from now on for
   * every slot, whether or not the slot's own bytes have been overwritten: under another plan they are other
   * slots' bytes.
   * @returns the half's generation, which no other chunk has or had, nor this one before it lost the half
   */
  layOut({ half, key }: Chunk): number {
    const laidOut = this.#laidOut[half];
    if (laidOut.key !== key) {
      laidOut.key = key;
      laidOut.generation = ++this.#generations;
    }
    return laidOut.generation;
  }

  /** Prepares a chunk for one slot, unless it is. */
  ensure(of: SlotKeystream, chunk: Chunk): void {
    const generation = this.layOut(chunk);
    const { plan, half, index } = chunk;
    if (of.prepared[half] === generation) return;
    this.#makeBlocks(of, index, plan.packets, plan.blocks);
    const length = plan.blocks * BLOCK;
    const target = layout.KEYSTREAM_AT + half * layout.KEYSTREAM_HALF + of.slot * length;
    this.#kernel.deal(target, plan.packets, layout.SLOTS * length, length);
    of.prepared[half] = generation;
  }

  /** Makes the keystream of a single packet, out of turn. Returns where it is. */
  makeSingle(of: SlotKeystream, index: number, length: number): number {
    const blocks = Math.ceil(length / BLOCK);
    this.#makeBlocks(of, index, 1, blocks);
    return layout.BLOCKS_AT;
  }

  #makeBlocks(of: SlotKeystream, index: number, packets: number, blocks: number): void {
    const count = packets * blocks;
    let area = this.#blocks.get(count);
    if (!area) {
      area = this.#memory.subarray(layout.BLOCKS_AT, layout.BLOCKS_AT + count * BLOCK);
      this.#blocks.set(count, area);
    }
    this.#kernel.writeCounters(of.slot, Math.floor(index / SEQUENCES), index % SEQUENCES, packets, blocks);
    area.set(of.cipher.update(area));
  }
}

/** The first plan whose packets hold this many bytes. */
function planFor(length: number): number {
  return PLANS.findIndex(({ blocks }) => blocks * BLOCK >= length);
}
