import * as layout from "./layout.ts";
import type { Kernel } from "./operations.ts";
import { compress } from "./sha1.ts";

const HEADER_LENGTH = 12;

/**
 * The kernel for machines without WebAssembly SIMD. It gives the same results as assembly/kernel.ts, but
 * computes one slot after another.
 */
export function plainKernel(memory: ArrayBuffer): Kernel {
  const bytes = new Uint8Array(memory);
  const view = new DataView(memory);
  const state = new Uint32Array(5);
  const outer = new DataView(new ArrayBuffer(64));

  function protect(
    slot: number,
    packet: number,
    keystream: number,
    length: number,
    marker: number,
    sequence: number,
    timestamp: number,
    rollovers: number,
  ): void {
    const from = stateOf(slot);
    const own = sequence + view.getUint16(from + layout.STATE_SEQUENCE_OFFSET, true);
    bytes[packet] = 0x80;
    bytes[packet + 1] = bytes[from + layout.STATE_PAYLOAD_TYPE]! | (marker << 7);
    view.setUint16(packet + 2, own);
    view.setUint32(packet + 4, timestamp);
    view.setUint32(packet + 8, view.getUint32(from + layout.STATE_SSRC));
    const body = packet + HEADER_LENGTH;
    for (let n = 0; n < length; n++) {
      bytes[body + n] = bytes[layout.PAYLOAD_AT + n]! ^ bytes[keystream + n]!;
    }
    view.setUint32(body + length, ownRollovers(from, rollovers, own));

    hmac(from + layout.STATE_INNER, packet, HEADER_LENGTH + length + 4);
    view.setUint32(body + length, state[0]!);
    view.setUint32(body + length + 4, state[1]!);
    view.setUint16(body + length + 8, state[2]! >>> 16);
  }

  /** @param own the slot's sequence number before reduction to 16 bits */
  function ownRollovers(state: number, rollovers: number, own: number): number {
    return rollovers + view.getUint32(state + layout.STATE_ROLLOVER_OFFSET, true) + (own >>> 16);
  }

  /** Writes the digest to `state`. */
  function hmac(states: number, message: number, length: number): void {
    const end = Math.ceil((length + 9) / 64) * 64;
    bytes.fill(0, message + length, message + end);
    bytes[message + length] = 0x80;
    view.setUint32(message + end - 4, (length + 64) * 8);
    loadState(states);
    for (let at = 0; at < end; at += 64) compress(state, view, message + at);
    for (let n = 0; n < 16; n++) outer.setUint32(n * 4, state[n] ?? 0);
    outer.setUint8(20, 0x80);
    outer.setUint32(60, (64 + 20) * 8);
    loadState(states + layout.STATE_OUTER - layout.STATE_INNER);
    compress(state, outer, 0);
  }

  function loadState(at: number): void {
    for (let n = 0; n < 5; n++) state[n] = view.getUint32(at + n * 4, true);
  }

  return {
    protect4(a, b, c, d, output, keystream, stride, ...packet) {
      [a, b, c, d].forEach((slot, n, slots) => {
        if (slot === slots[n - 1]) return;
        protect(slot, output + n * layout.OUTPUT_LENGTH, keystream + slot * stride, ...packet);
      });
    },
    writeCounters(slot, rollovers, sequence, packets, blocks) {
      const from = stateOf(slot);
      const own = sequence + view.getUint16(from + layout.STATE_SEQUENCE_OFFSET, true);
      const roll = view.getUint32(from + layout.STATE_COUNTER + 8) ^ ownRollovers(from, rollovers, own);
      const tail = view.getUint32(from + layout.STATE_COUNTER + 12);
      let at = layout.BLOCKS_AT;
      for (let n = 0; n < packets; n++) {
        for (let block = 0; block < blocks; block++, at += 16) {
          bytes.copyWithin(at, from + layout.STATE_COUNTER, from + layout.STATE_COUNTER + 8);
          view.setUint32(at + 8, roll);
          view.setUint32(at + 12, tail ^ ((own + n) << 16) ^ block);
        }
      }
    },
    deal(target, rows, rowLength, length) {
      for (let row = 0; row < rows; row++) {
        const from = layout.BLOCKS_AT + row * length;
        bytes.copyWithin(target + row * rowLength, from, from + length);
      }
    },
    hmac(states, message, length, digest) {
      hmac(states, message, length);
      state.forEach((word, n) => {
        view.setUint32(digest + n * 4, word);
      });
    },
  };
}

function stateOf(slot: number): number {
  return layout.STATES_AT + slot * layout.STATE_LENGTH;
}
