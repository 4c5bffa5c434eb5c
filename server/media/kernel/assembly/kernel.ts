// AssemblyScript, compiled to WebAssembly by `npm run build:kernel`. It gives the same results as
// ../plain.ts.
import {
  BLOCKS_AT,
  OUTPUT_LENGTH,
  PAYLOAD_AT,
  STATE_COUNTER,
  STATE_INNER,
  STATE_LENGTH,
  STATE_OUTER,
  STATE_PAYLOAD_TYPE,
  STATE_ROLLOVER_OFFSET,
  STATE_SEQUENCE_OFFSET,
  STATE_SSRC,
  STATES_AT,
} from "../layout.ts";
import { compress, finish, loadBlock, loadState, pad, STATE_AT, writeTag } from "./sha1.ts";

const HEADER_LENGTH = 12;

/**
 * Makes the SRTP packets of four slots: header, payload ⊕ keystream, HMAC-SHA1-80 tag. They follow one
 * another from `output` at intervals of OUTPUT_LENGTH. The keystream of slot n starts at `keystream + n ·
 * stride`.
 */
export function protect4(
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  output: u32,
  keystream: u32,
  stride: u32,
  length: u32,
  marker: u32,
  sequence: u32,
  timestamp: u32,
  rollovers: u32,
): void {
  const stateA = stateOf(a);
  const stateB = stateOf(b);
  const stateC = stateOf(c);
  const stateD = stateOf(d);
  const packetA = output;
  const packetB = output + OUTPUT_LENGTH;
  const packetC = output + 2 * OUTPUT_LENGTH;
  const packetD = output + 3 * OUTPUT_LENGTH;
  const word = 0x80 | (marker << 15);
  writePacket(packetA, stateA, keystream + a * stride, length, word, sequence, timestamp, rollovers);
  writePacket(packetB, stateB, keystream + b * stride, length, word, sequence, timestamp, rollovers);
  writePacket(packetC, stateC, keystream + c * stride, length, word, sequence, timestamp, rollovers);
  writePacket(packetD, stateD, keystream + d * stride, length, word, sequence, timestamp, rollovers);

  // HMAC's inner hash. The state already includes the key block; header, payload and rollovers follow.
  const message: u32 = HEADER_LENGTH + length + 4;
  const end: u32 = (message + 9 + 63) & ~63;
  pad(packetA, message, end);
  pad(packetB, message, end);
  pad(packetC, message, end);
  pad(packetD, message, end);
  loadState(stateA, stateB, stateC, stateD, STATE_INNER);
  for (let at: u32 = 0; at < end; at += 64) {
    loadBlock(packetA + at, packetB + at, packetC + at, packetD + at);
    compress();
  }
  finish();
  loadState(stateA, stateB, stateC, stateD, STATE_OUTER);
  compress();
  const tag = HEADER_LENGTH + length;
  writeTag(packetA + tag, 0);
  writeTag(packetB + tag, 4);
  writeTag(packetC + tag, 8);
  writeTag(packetD + tag, 12);
}

/**
 * Writes the AES counter blocks of consecutive packets of one slot to BLOCKS_AT: `blocks` for each packet,
 * from the broadcast's `sequence` on. The slot's own sequence number must not roll over between the first
 * packet and the last.
 */
export function writeCounters(slot: u32, rollovers: u32, sequence: u32, packets: u32, blocks: u32): void {
  const state = stateOf(slot);
  const low = load<u64>(state + STATE_COUNTER);
  const own = sequence + <u32>load<u16>(state + STATE_SEQUENCE_OFFSET);
  const roll = bswap(load<u32>(state + STATE_COUNTER + 8)) ^ ownRollovers(state, rollovers, own);
  const tail = bswap(load<u32>(state + STATE_COUNTER + 12));
  let target: u32 = BLOCKS_AT;
  for (let n: u32 = 0; n < packets; n++) {
    for (let block: u32 = 0; block < blocks; block++) {
      store<u64>(target, low);
      store<u32>(target + 8, bswap(roll));
      store<u32>(target + 12, bswap(tail ^ ((own + n) << 16) ^ block));
      target += 16;
    }
  }
}

/** Copies the bytes at BLOCKS_AT to rows: `length` bytes, a multiple of 16, to each. */
export function deal(target: u32, rows: u32, rowLength: u32, length: u32): void {
  let from: u32 = BLOCKS_AT;
  for (let row: u32 = 0; row < rows; row++) {
    for (let n: u32 = 0; n < length; n += 16) v128.store(target + n, v128.load(from + n));
    from += length;
    target += rowLength;
  }
}

/**
 * HMAC-SHA1 (RFC 2104) of one message. Padding overwrites the bytes after the message, 87 at most.
 * @param states address of the SHA-1 states after the inner and the outer key block
 */
export function hmac(states: u32, message: u32, length: u32, digest: u32): void {
  const end: u32 = (length + 9 + 63) & ~63;
  pad(message, length, end);
  // Four equal lanes take the same time as one lane.
  loadState(states, states, states, states, 0);
  for (let at = message; at < message + end; at += 64) {
    loadBlock(at, at, at, at);
    compress();
  }
  finish();
  loadState(states, states, states, states, STATE_OUTER - STATE_INNER);
  compress();
  for (let n: u32 = 0; n < 5; n++) store<u32>(digest + (n << 2), bswap(load<u32>(STATE_AT + (n << 4))));
}

// @ts-expect-error: decorator
@inline
function stateOf(slot: u32): u32 {
  return STATES_AT + slot * STATE_LENGTH;
}

/** The slot's own rollovers; `own` is its sequence number before reduction to 16 bits. */
// @ts-expect-error: decorator
@inline
function ownRollovers(state: u32, rollovers: u32, own: u32): u32 {
  return rollovers + load<u32>(state + STATE_ROLLOVER_OFFSET) + (own >> 16);
}

function writePacket(
  packet: u32,
  state: u32,
  keystream: u32,
  length: u32,
  word: u32,
  sequence: u32,
  timestamp: u32,
  rollovers: u32,
): void {
  const own = sequence + <u32>load<u16>(state + STATE_SEQUENCE_OFFSET);
  const payloadType = <u32>load<u8>(state + STATE_PAYLOAD_TYPE);
  store<u32>(packet, word | (payloadType << 8) | (<u32>bswap<u16>(<u16>own) << 16));
  store<u32>(packet + 4, bswap(timestamp));
  store<u32>(packet + 8, load<u32>(state + STATE_SSRC));
  const to = packet + HEADER_LENGTH;
  // Writes whole vectors. The rollovers and the padding overwrite the bytes past the end.
  for (let n: u32 = 0; n < length; n += 16) {
    v128.store(to + n, v128.xor(v128.load(PAYLOAD_AT + n), v128.load(keystream + n)));
  }
  store<u32>(to + length, bswap(ownRollovers(state, rollovers, own)));
}
