/**
 * SHA-1's block function (RFC 3174 §6.1) in plain TypeScript. HMAC needs the state after a key block, which
 * node:crypto does not expose.
 * @param state five words, changed in place
 * @param data has a block of 64 bytes at `at`
 */
export function compress(state: Uint32Array, data: DataView, at: number): void {
  for (let t = 0; t < 16; t++) SCHEDULE[t] = data.getInt32(at + t * 4);
  for (let t = 16; t < 80; t++) {
    SCHEDULE[t] = rotate(SCHEDULE[t - 3]! ^ SCHEDULE[t - 8]! ^ SCHEDULE[t - 14]! ^ SCHEDULE[t - 16]!, 1);
  }
  let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
  for (let t = 0; t < 80; t++) {
    const next = (rotate(a, 5) + mix(t, b, c, d) + e + SCHEDULE[t]!) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
}

const SCHEDULE = new Int32Array(80);

/** SHA-1's state before the first block. */
export const INITIAL_STATE = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0] as const;

/** The state after HMAC's inner (0x36) or outer (0x5c) key block (RFC 2104 §2). */
export function keyState(key: Uint8Array, pad: 0x36 | 0x5c): Uint32Array {
  const block = new Uint8Array(64).fill(pad);
  key.forEach((byte, n) => {
    block[n]! ^= byte;
  });
  const state = Uint32Array.from(INITIAL_STATE);
  compress(state, new DataView(block.buffer), 0);
  return state;
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** The sum of the round's function of b, c and d and the round's constant (RFC 3174 §5). */
function mix(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}
