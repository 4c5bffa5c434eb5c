// AssemblyScript: compiled to WebAssembly by `npm run build:kernel`. The same results as ../plain.ts.
import {
  BLOCKS_AT,
  OUTPUT_LENGTH,
  PAYLOAD_AT,
  SCRATCH_AT,
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

const HEADER_LENGTH = 12;

/**
 * Makes the SRTP packets of four slots, side by side from `output` on: header, payload ⊕ keystream,
 * HMAC-SHA1-80. The keystream of slot n starts at `keystream + n · stride`.
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

  // HMAC's inner hash: the key block is in the state already; header, payload and rollovers follow.
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
 * Writes the AES counter blocks of consecutive packets to BLOCKS_AT: `blocks` each, from the broadcast's
 * `sequence` on. No packet of them may have another rollover count than the first, in the slot's own numbers.
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

/** Deals what is at BLOCKS_AT out to rows: `length` bytes, whole vectors, to each. */
export function deal(target: u32, rows: u32, rowLength: u32, length: u32): void {
  let from: u32 = BLOCKS_AT;
  for (let row: u32 = 0; row < rows; row++) {
    for (let n: u32 = 0; n < length; n += 16) v128.store(target + n, v128.load(from + n));
    from += length;
    target += rowLength;
  }
}

/**
 * HMAC-SHA1 (RFC 2104) of one message which room for padding follows: 87 bytes.
 * @param states of the inner and the outer key block
 */
export function hmac(states: u32, message: u32, length: u32, digest: u32): void {
  const end: u32 = (length + 9 + 63) & ~63;
  pad(message, length, end);
  // One message in all four lanes costs as much as one.
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

/** The slot's own rollovers; `own` is its sequence number before it is cut to 16 bits. */
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
  store<u32>(packet, word | (<u32>load<u8>(state + STATE_PAYLOAD_TYPE) << 8) | (<u32>bswap<u16>(<u16>own) << 16));
  store<u32>(packet + 4, bswap(timestamp));
  store<u32>(packet + 8, load<u32>(state + STATE_SSRC));
  const to = packet + HEADER_LENGTH;
  // Whole vectors: what is written past the end is padded over.
  for (let n: u32 = 0; n < length; n += 16) {
    v128.store(to + n, v128.xor(v128.load(PAYLOAD_AT + n), v128.load(keystream + n)));
  }
  store<u32>(to + length, bswap(ownRollovers(state, rollovers, own)));
}

/** SHA-1 padding after a message that follows one key block (RFC 3174 §4). */
function pad(packet: u32, message: u32, end: u32): void {
  // Zeros in whole vectors, at most 15 bytes past the end.
  for (let at = packet + message; at < packet + end; at += 16) v128.store(at, i32x4.splat(0));
  store<u8>(packet + message, 0x80);
  store<u32>(packet + end - 4, bswap((message + 64) << 3));
}

/**
 * Takes the inner digest into the schedule: the outer hash is of one block, with padding, after a key block.
 */
function finish(): void {
  for (let n: u32 = 0; n < 5; n++) v128.store(SCRATCH_AT + (n << 4), v128.load(STATE_AT + (n << 4)));
  v128.store(SCRATCH_AT + 80, i32x4.splat(0x80000000));
  for (let n: u32 = 6; n < 15; n++) v128.store(SCRATCH_AT + (n << 4), i32x4.splat(0));
  v128.store(SCRATCH_AT + 240, i32x4.splat((64 + 20) * 8));
}

/** State of the four lanes: five vectors behind the schedule's sixteen. */
const STATE_AT: u32 = SCRATCH_AT + 16 * 16;

// @ts-expect-error: decorator
@inline
function gather(a: u32, b: u32, c: u32, d: u32): v128 {
  let word = i32x4.splat(load<i32>(a));
  word = i32x4.replace_lane(word, 1, load<i32>(b));
  word = i32x4.replace_lane(word, 2, load<i32>(c));
  return i32x4.replace_lane(word, 3, load<i32>(d));
}

function loadState(a: u32, b: u32, c: u32, d: u32, at: u32): void {
  for (let n: u32 = 0; n < 20; n += 4) {
    v128.store(STATE_AT + (n << 2), gather(a + at + n, b + at + n, c + at + n, d + at + n));
  }
}

/** Takes 64 bytes of each lane into the schedule, big-endian words, lanes side by side. */
function loadBlock(a: u32, b: u32, c: u32, d: u32): void {
  for (let n: u32 = 0; n < 64; n += 16) {
    const va = swap(v128.load(a + n));
    const vb = swap(v128.load(b + n));
    const vc = swap(v128.load(c + n));
    const vd = swap(v128.load(d + n));
    const ab0 = v128.shuffle<i32>(va, vb, 0, 4, 1, 5);
    const ab1 = v128.shuffle<i32>(va, vb, 2, 6, 3, 7);
    const cd0 = v128.shuffle<i32>(vc, vd, 0, 4, 1, 5);
    const cd1 = v128.shuffle<i32>(vc, vd, 2, 6, 3, 7);
    const at = SCRATCH_AT + (n << 2);
    v128.store(at, v128.shuffle<i64>(ab0, cd0, 0, 2));
    v128.store(at + 16, v128.shuffle<i64>(ab0, cd0, 1, 3));
    v128.store(at + 32, v128.shuffle<i64>(ab1, cd1, 0, 2));
    v128.store(at + 48, v128.shuffle<i64>(ab1, cd1, 1, 3));
  }
}

// @ts-expect-error: decorator
@inline
function swap(words: v128): v128 {
  return v128.shuffle<i8>(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

// @ts-expect-error: decorator
@inline
function rotate(words: v128, by: i32): v128 {
  return v128.or(v128.shl<i32>(words, by), v128.shr<u32>(words, 32 - by));
}

// @ts-expect-error: decorator
@inline
function schedule(t: u32): v128 {
  const at = SCRATCH_AT + ((t & 15) << 4);
  if (t < 16) return v128.load(at);
  const word = rotate(
    v128.xor(
      v128.xor(v128.load(SCRATCH_AT + (((t + 13) & 15) << 4)), v128.load(SCRATCH_AT + (((t + 8) & 15) << 4))),
      v128.xor(v128.load(SCRATCH_AT + (((t + 2) & 15) << 4)), v128.load(at)),
    ),
    1,
  );
  v128.store(at, word);
  return word;
}

/** SHA-1's eighty rounds (RFC 3174 §6.1) over the schedule, four lanes at once. */
function compress(): void {
  let a = v128.load(STATE_AT);
  let b = v128.load(STATE_AT + 16);
  let c = v128.load(STATE_AT + 32);
  let d = v128.load(STATE_AT + 48);
  let e = v128.load(STATE_AT + 64);
  for (let t: u32 = 0; t < 20; t++) {
    const f = v128.bitselect(c, d, b);
    const next = round(a, f, e, schedule(t), 0x5a827999);
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  for (let t: u32 = 20; t < 40; t++) {
    const f = v128.xor(b, v128.xor(c, d));
    const next = round(a, f, e, schedule(t), 0x6ed9eba1);
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  for (let t: u32 = 40; t < 60; t++) {
    const f = v128.or(v128.and(b, c), v128.and(d, v128.or(b, c)));
    const next = round(a, f, e, schedule(t), 0x8f1bbcdc);
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  for (let t: u32 = 60; t < 80; t++) {
    const f = v128.xor(b, v128.xor(c, d));
    const next = round(a, f, e, schedule(t), 0xca62c1d6);
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  v128.store(STATE_AT, v128.add<i32>(v128.load(STATE_AT), a));
  v128.store(STATE_AT + 16, v128.add<i32>(v128.load(STATE_AT + 16), b));
  v128.store(STATE_AT + 32, v128.add<i32>(v128.load(STATE_AT + 32), c));
  v128.store(STATE_AT + 48, v128.add<i32>(v128.load(STATE_AT + 48), d));
  v128.store(STATE_AT + 64, v128.add<i32>(v128.load(STATE_AT + 64), e));
}

// @ts-expect-error: decorator
@inline
function round(a: v128, f: v128, e: v128, word: v128, constant: i32): v128 {
  return v128.add<i32>(
    v128.add<i32>(rotate(a, 5), f),
    v128.add<i32>(v128.add<i32>(e, word), i32x4.splat(constant)),
  );
}

/** The first ten bytes of one lane's digest. */
function writeTag(target: u32, lane: u32): void {
  store<u32>(target, bswap(load<u32>(STATE_AT + lane)));
  store<u32>(target + 4, bswap(load<u32>(STATE_AT + 16 + lane)));
  store<u16>(target + 8, bswap<u16>(<u16>(load<u32>(STATE_AT + 32 + lane) >> 16)));
}
