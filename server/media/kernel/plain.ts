import type { Kernel } from "./kernel.ts";
import * as layout from "./layout.ts";
import { compress } from "./sha1.ts";

const HEADER_LENGTH = 12;

/** The kernel where WebAssembly SIMD is missing: the same results as assembly/kernel.ts, one slot at a time. */
export function plainKernel(memory: ArrayBuffer): Kernel {
  const bytes = new Uint8Array(memory);
  const view = new DataView(memory);
  const state = new Uint32Array(5);
  const digest = new DataView(new ArrayBuffer(64));

  function protect(
    slot: number,
    keystream: number,
    length: number,
    marker: number,
    sequence: number,
    timestamp: number,
    rollovers: number,
  ): void {
    const packet = slot + layout.SLOT_PACKET;
    bytes[packet] = 0x80;
    bytes[packet + 1] = bytes[slot + layout.SLOT_PAYLOAD_TYPE]! | (marker << 7);
    view.setUint16(packet + 2, sequence);
    view.setUint32(packet + 4, timestamp);
    view.setUint32(packet + 8, view.getUint32(slot + layout.SLOT_SSRC));
    const body = packet + HEADER_LENGTH;
    for (let n = 0; n < length; n++) {
      bytes[body + n] = bytes[layout.PAYLOAD_AT + n]! ^ bytes[slot + keystream + n]!;
    }
    view.setUint32(body + length, rollovers - view.getUint32(slot + layout.SLOT_BASE_ROLLOVERS, true));

    const message = HEADER_LENGTH + length + 4;
    const end = Math.ceil((message + 9) / 64) * 64;
    bytes.fill(0, packet + message, packet + end);
    bytes[packet + message] = 0x80;
    view.setUint32(packet + end - 4, (message + 64) * 8);
    loadState(slot + layout.SLOT_INNER);
    for (let at = 0; at < end; at += 64) compress(state, view, packet + at);
    for (let n = 0; n < 16; n++) digest.setUint32(n * 4, 0);
    state.forEach((word, n) => {
      digest.setUint32(n * 4, word);
    });
    digest.setUint8(20, 0x80);
    digest.setUint32(60, (64 + 20) * 8);
    loadState(slot + layout.SLOT_OUTER);
    compress(state, digest, 0);
    view.setUint32(body + length, state[0]!);
    view.setUint32(body + length + 4, state[1]!);
    view.setUint16(body + length + 8, state[2]! >>> 16);
  }

  function loadState(at: number): void {
    for (let n = 0; n < 5; n++) state[n] = view.getUint32(at + n * 4, true);
  }

  return {
    protect4(a, b, c, d, ...packet) {
      protect(a, ...packet);
      if (b !== a) protect(b, ...packet);
      if (c !== b) protect(c, ...packet);
      if (d !== c) protect(d, ...packet);
    },
    writeCounters(slot, target, rollovers, sequence, packets, blocks) {
      const roll =
        view.getUint32(slot + layout.SLOT_COUNTER + 8) ^
        (rollovers - view.getUint32(slot + layout.SLOT_BASE_ROLLOVERS, true));
      const tail = view.getUint32(slot + layout.SLOT_COUNTER + 12);
      let at = target;
      for (let n = 0; n < packets; n++) {
        for (let block = 0; block < blocks; block++, at += 16) {
          bytes.copyWithin(at, slot + layout.SLOT_COUNTER, slot + layout.SLOT_COUNTER + 8);
          view.setUint32(at + 8, roll);
          view.setUint32(at + 12, tail ^ ((sequence + n) << 16) ^ block);
        }
      }
    },
  };
}
