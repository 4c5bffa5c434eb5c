import type { SeededRandom } from "../support/seeded-random.ts";

/** Boundary values of lengths and counts. */
const EDGES = [0, 1, 2, 3, 4, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff];
/** Longest input; a datagram or a message is not longer. */
const INPUT_BYTES_MAX = 65_535;

/** Changes an input in one to four ways; a change may insert a part of another input. */
export function mutate(random: SeededRandom, input: Buffer, corpus: readonly Buffer[]): Buffer {
  let data = Buffer.from(input);
  for (let times = 1 + random.below(4); times > 0; times--) data = changeOnce(random, data, corpus);
  return data.subarray(0, INPUT_BYTES_MAX);
}

function changeOnce(random: SeededRandom, data: Buffer, corpus: readonly Buffer[]): Buffer<ArrayBuffer> {
  const at = random.below(data.length + 1);
  const end = Math.min(data.length, at + 1 + random.below(32));
  switch (random.below(8)) {
    case 0: // flip a bit
      if (at < data.length) data[at]! ^= 1 << random.below(8);
      return Buffer.from(data);
    case 1: // change a byte
      if (at < data.length) data[at] = random.below(256);
      return Buffer.from(data);
    case 2: // write a boundary value
      if (at + 2 <= data.length) data.writeUInt16BE(random.pick(EDGES), at);
      return Buffer.from(data);
    case 3: // truncate
      return Buffer.from(data.subarray(0, at));
    case 4: // remove a part
      return Buffer.concat([data.subarray(0, at), data.subarray(end)]);
    case 5: // repeat a part
      return Buffer.concat([
        data.subarray(0, end),
        ...Array(1 + random.below(8)).fill(data.subarray(at, end)),
        data.subarray(end),
      ]);
    case 6: // insert random bytes
      return Buffer.concat([data.subarray(0, at), random.bytes(1 + random.below(16)), data.subarray(at)]);
    default: {
      // append a part of another input
      const other = random.pick(corpus);
      const from = random.below(other.length + 1);
      return Buffer.concat([data.subarray(0, at), other.subarray(from, from + random.below(200))]);
    }
  }
}

/** `count` inputs: mutations of the corpus and of earlier mutations; every tenth input is random bytes. */
export function* inputs(random: SeededRandom, corpus: readonly Buffer[], count: number): Generator<Buffer> {
  let last = random.pick(corpus);
  for (let n = 0; n < count; n++) {
    if (n % 10 === 0) yield random.bytes(random.below(300));
    else {
      last = mutate(random, random.below(3) === 0 ? last : random.pick(corpus), corpus);
      yield last;
    }
  }
}
