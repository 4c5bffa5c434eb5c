/*
 * Transport-wide congestion control (draft-holmer-rmcat-transport-wide-cc-extensions-01): the sender numbers
 * all packets of a transport, and the receiver says which of them have arrived, and when. From that the
 * sender finds the rate that the path carries.
 */

/** Packet type of transport feedback (RFC 4585 §6.1), and its message type (draft §3.1). */
const TRANSPORT_FEEDBACK = 205;
const MESSAGE_TYPE = 15;
/** Packets that one feedback describes at most: a second of a host's fullest stream has fewer. */
const PACKETS_MAX = 512;
/** Units of the times of arrival in one ms: a unit has 250 µs (draft §3.1.5). */
const TICKS_PER_MS = 4;
/** Units of the times of arrival in one of the reference time, which has 64 ms (draft §3.1). */
const TICKS_PER_REFERENCE = 256;
/** Bytes before the status chunks. */
const HEADER_BYTES = 20;

// Symbols of packets (draft §3.1.1).
const LOST = 0;
const SMALL_DELTA = 1;
const LARGE_DELTA = 2;
/** Greatest delta of one byte. */
const SMALL_DELTA_MAX = 0xff;
/** Greatest delta of two bytes, in either direction. */
const LARGE_DELTA_MAX = 0x7fff;
/** Symbols of two bits in one chunk (draft §3.1.4). */
const VECTOR_SYMBOLS = 7;
/** Longest run in one chunk (draft §3.1.3). */
const RUN_MAX = 0x1fff;

/** The arrivals of one feedback: for each packet from `first` on, its time in units of 250 µs, or lost. */
export interface Arrivals {
  /** Transport-wide sequence number, 16 bits. */
  first: number;
  /** One element for each packet; the first and the last have arrived. */
  ticks: readonly (number | undefined)[];
}

/** Records when a host's packets arrive, and gives them out for feedback. All it keeps is bounded. */
export class ArrivalRecorder {
  /** Times of arrival since the last {@link take}, by number with rollovers counted. */
  #ticks = new Map<number, number>();
  /** The greatest number so far; undefined before the first packet. */
  #newest: number | undefined;
  /** The number after the last one that was given out. */
  #next = 0;

  /**
   * @param sequence transport-wide sequence number, 16 bits
   * @param at time of arrival, ms
   */
  add(sequence: number, at: number): void {
    const newest = this.#newest ?? sequence;
    const number = newest + ((((sequence - newest) & 0xffff) ^ 0x8000) - 0x8000);
    if (this.#newest === undefined) this.#next = number;
    if (number <= newest - PACKETS_MAX || this.#ticks.size >= PACKETS_MAX) return;
    this.#newest = Math.max(newest, number);
    if (!this.#ticks.has(number)) this.#ticks.set(number, Math.round(at * TICKS_PER_MS));
  }

  /** Takes the arrivals since the last call; undefined if there were none. */
  take(): Arrivals | undefined {
    if (this.#ticks.size === 0) return;
    const numbers = [...this.#ticks.keys()];
    const last = Math.max(...numbers);
    // Lost packets since the last feedback come first. A late packet moves the beginning back.
    const first = Math.max(Math.min(this.#next, ...numbers), last - PACKETS_MAX + 1);
    const ticks: (number | undefined)[] = [];
    for (let number = first; number <= last; number++) ticks.push(this.#ticks.get(number));
    this.#ticks = new Map();
    this.#next = Math.max(this.#next, last + 1);
    return { first: first & 0xffff, ticks };
  }
}

/**
 * Writes one feedback.
 * @param ssrc the server's
 * @param mediaSsrc that of one of the host's streams
 * @param count counts feedback packets; eight bits of it are used
 */
export function writeTransportFeedback(
  ssrc: number,
  mediaSsrc: number,
  count: number,
  { first, ticks }: Arrivals,
): Buffer {
  const start = ticks.find((tick) => tick !== undefined) ?? 0;
  const reference = Math.floor(start / TICKS_PER_REFERENCE);
  const { symbols, deltas } = describe(ticks, reference * TICKS_PER_REFERENCE);
  const chunks = chunksOf(symbols);
  const bytes = HEADER_BYTES + chunks.length * 2 + deltas.length;
  const data = Buffer.alloc(Math.ceil(bytes / 4) * 4);
  const padding = data.length - bytes;
  data[0] = 0x80 | MESSAGE_TYPE | (padding > 0 ? 0x20 : 0);
  data[1] = TRANSPORT_FEEDBACK;
  data.writeUInt16BE(data.length / 4 - 1, 2);
  data.writeUInt32BE(ssrc, 4);
  data.writeUInt32BE(mediaSsrc, 8);
  data.writeUInt16BE(first, 12);
  data.writeUInt16BE(symbols.length, 14);
  data.writeUIntBE(reference & 0xff_ffff, 16, 3);
  data[19] = count & 0xff;
  chunks.forEach((chunk, n) => {
    data.writeUInt16BE(chunk, HEADER_BYTES + n * 2);
  });
  data.set(deltas, HEADER_BYTES + chunks.length * 2);
  // The last byte says how long the padding is (RFC 3550 §6.4.1).
  if (padding > 0) data[data.length - 1] = padding;
  return data;
}

/** The symbol of each packet, and the bytes of the deltas from one arrival to the next. */
function describe(
  ticks: readonly (number | undefined)[],
  from: number,
): { symbols: number[]; deltas: number[] } {
  const [symbols, deltas]: [number[], number[]] = [[], []];
  let before = from;
  for (const tick of ticks) {
    const delta = tick === undefined ? undefined : tick - before;
    // What no delta can express counts as lost: so much later or earlier no packet of a feedback comes.
    if (tick === undefined || delta === undefined || Math.abs(delta) > LARGE_DELTA_MAX) {
      symbols.push(LOST);
      continue;
    }
    before = tick;
    if (delta >= 0 && delta <= SMALL_DELTA_MAX) {
      symbols.push(SMALL_DELTA);
      deltas.push(delta);
    } else {
      symbols.push(LARGE_DELTA);
      deltas.push((delta >> 8) & 0xff, delta & 0xff);
    }
  }
  return { symbols, deltas };
}

/** The status chunks: runs of equal symbols where they are shorter, and vectors of seven where not. */
function chunksOf(symbols: readonly number[]): number[] {
  const chunks: number[] = [];
  for (let at = 0; at < symbols.length; ) {
    const symbol = symbols[at]!;
    let run = 1;
    while (run < RUN_MAX && symbols[at + run] === symbol) run++;
    if (run >= VECTOR_SYMBOLS || at + run === symbols.length) {
      chunks.push((symbol << 13) | run);
      at += run;
      continue;
    }
    let vector = 0xc000;
    for (let n = 0; n < VECTOR_SYMBOLS; n++)
      vector |= (symbols[at + n] ?? LOST) << (2 * (VECTOR_SYMBOLS - 1 - n));
    chunks.push(vector);
    at += VECTOR_SYMBOLS;
  }
  return chunks;
}
