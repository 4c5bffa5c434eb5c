// SHA-1 (RFC 3174) in AssemblyScript, over four messages at once: one in each lane of a vector.
import { SCRATCH_AT } from "../layout.ts";

/** State of the four lanes: five vectors after the schedule's sixteen. */
export const STATE_AT: u32 = SCRATCH_AT + 16 * 16;

/** Writes SHA-1's padding after a message (RFC 3174 §4). The length counts the key block before it too. */
export function pad(packet: u32, message: u32, end: u32): void {
  // Writes zeros in whole vectors, at most 15 bytes past the end.
  for (let at = packet + message; at < packet + end; at += 16) v128.store(at, i32x4.splat(0));
  store<u8>(packet + message, 0x80);
  store<u32>(packet + end - 4, bswap((message + 64) << 3));
}

/** Fills the schedule for HMAC's outer hash: one block with the inner digest and its padding. */
export function finish(): void {
  for (let n: u32 = 0; n < 5; n++) v128.store(SCRATCH_AT + (n << 4), v128.load(STATE_AT + (n << 4)));
  v128.store(SCRATCH_AT + 80, i32x4.splat(0x80000000));
  for (let n: u32 = 6; n < 15; n++) v128.store(SCRATCH_AT + (n << 4), i32x4.splat(0));
  v128.store(SCRATCH_AT + 240, i32x4.splat((64 + 20) * 8));
}

// @ts-expect-error: decorator
@inline
function gather(a: u32, b: u32, c: u32, d: u32): v128 {
  let word = i32x4.splat(load<i32>(a));
  word = i32x4.replace_lane(word, 1, load<i32>(b));
  word = i32x4.replace_lane(word, 2, load<i32>(c));
  return i32x4.replace_lane(word, 3, load<i32>(d));
}

export function loadState(a: u32, b: u32, c: u32, d: u32, at: u32): void {
  for (let n: u32 = 0; n < 20; n += 4) {
    v128.store(STATE_AT + (n << 2), gather(a + at + n, b + at + n, c + at + n, d + at + n));
  }
}

/**
 * Loads 64 bytes of each lane into the schedule, as big-endian words: one vector holds one word of all lanes.
 */
export function loadBlock(a: u32, b: u32, c: u32, d: u32): void {
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

/** Runs SHA-1's eighty rounds (RFC 3174 §6.1) on the schedule, four lanes at once. */
export function compress(): void {
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

/** Writes the first ten bytes of one lane's digest. */
export function writeTag(target: u32, lane: u32): void {
  store<u32>(target, bswap(load<u32>(STATE_AT + lane)));
  store<u32>(target + 4, bswap(load<u32>(STATE_AT + 16 + lane)));
  store<u16>(target + 8, bswap<u16>(<u16>(load<u32>(STATE_AT + 32 + lane) >> 16)));
}
