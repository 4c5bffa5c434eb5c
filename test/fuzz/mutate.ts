/** A repeatable source of chance (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to but not `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

/** Numbers at which lengths and counts go wrong. */
const EDGES = [0, 1, 2, 3, 4, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff];
/** An input never grows beyond what the port, or a message, can hold. */
const LENGTH_MAX = 65_535;

/** One input from another: a few small harms, and now and then a piece of a third. */
export function mutate(chance: Chance, input: Buffer, corpus: readonly Buffer[]): Buffer {
  let data = Buffer.from(input);
  for (let times = 1 + chance.below(4); times > 0; times--) data = harm(chance, data, corpus);
  return data.subarray(0, LENGTH_MAX);
}

function harm(chance: Chance, data: Buffer, corpus: readonly Buffer[]): Buffer<ArrayBuffer> {
  const at = chance.below(data.length + 1);
  const end = Math.min(data.length, at + 1 + chance.below(32));
  switch (chance.below(8)) {
    case 0: // a bit turned
      if (at < data.length) data[at]! ^= 1 << chance.below(8);
      return Buffer.from(data);
    case 1: // a byte changed
      if (at < data.length) data[at] = chance.below(256);
      return Buffer.from(data);
    case 2: // a number at an edge
      if (at + 2 <= data.length) data.writeUInt16BE(chance.pick(EDGES), at);
      return Buffer.from(data);
    case 3: // cut short
      return Buffer.from(data.subarray(0, at));
    case 4: // a piece taken out
      return Buffer.concat([data.subarray(0, at), data.subarray(end)]);
    case 5: // a piece said twice, or many times
      return Buffer.concat([
        data.subarray(0, end),
        ...Array(1 + chance.below(8)).fill(data.subarray(at, end)),
        data.subarray(end),
      ]);
    case 6: // noise put in
      return Buffer.concat([data.subarray(0, at), chance.bytes(1 + chance.below(16)), data.subarray(at)]);
    default: {
      const other = chance.pick(corpus);
      const from = chance.below(other.length + 1);
      return Buffer.concat([data.subarray(0, at), other.subarray(from, from + chance.below(200))]);
    }
  }
}

/** `count` inputs: mutations of the corpus and of what came of it, and every tenth pure noise. */
export function* inputs(chance: Chance, corpus: readonly Buffer[], count: number): Generator<Buffer> {
  let last = chance.pick(corpus);
  for (let n = 0; n < count; n++) {
    if (n % 10 === 0) yield chance.bytes(chance.below(300));
    else {
      last = mutate(chance, chance.below(3) === 0 ? last : chance.pick(corpus), corpus);
      yield last;
    }
  }
}
