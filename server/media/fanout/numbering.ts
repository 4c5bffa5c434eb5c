import { ReplayWindow } from "../secure/packet-index.ts";

/**
 * A stream that gets this far ahead of what it last sent, in packets, goes on with the next number as after a
 * splice: a receiver can not tell the rollover of a sequence number that is 2^15 away (RFC 3711 §3.3.1), and
 * may have missed some.
 */
const LEAP_MAX = 0x2000;

/** What tells one packet of the publishers from another. */
export interface PacketSource {
  /** Which publisher; a later one replaces those of smaller numbers. */
  publisher: number;
  /** Another SSRC of the same publisher is another stream. */
  ssrc: number;
  /** The packet's sequence number in its stream, with rollovers counted. */
  index: number;
}

/** The stream that goes on at the moment. */
interface Current {
  publisher: number;
  ssrc: number;
  /** Added to the stream's packet index. */
  offset: number;
  /** The number of its first packet; anything before belongs to the stream that it replaced. */
  first: number;
}

/**
 * Numbers what a thread's listeners get, from 0 on, over all publishers and streams of a broadcast: all
 * keystream is made from these numbers, so none is given twice. Each thread numbers for itself, since threads
 * learn at different moments that a publisher was replaced, and no two threads send under the same keys.
 */
export class Numbering {
  #current: Current | undefined;
  /**
   * Packets that come twice, or too late to know (128 packets), get no number: the publisher's own window is
   * as wide.
   */
  readonly #given = new ReplayWindow();

  /** Greatest number given, or -1. */
  get newest(): number {
    return this.#given.newest;
  }

  /** The number of the current stream's first packet. */
  get first(): number | undefined {
    return this.#current?.first;
  }

  /** A number for a packet, which no other has; undefined if it must not be sent. */
  give(source: PacketSource): number | undefined {
    // What is still on its way, from another thread, of a publisher that has been replaced.
    if (this.#current && source.publisher < this.#current.publisher) return;
    const { offset, first } = this.#follows(source) ? this.#current! : this.#start(source);
    const number = source.index + offset;
    if (number < first || !this.#given.isNew(number)) return;
    this.#given.accept(number);
    return number;
  }

  #follows({ publisher, ssrc, index }: PacketSource): boolean {
    const current = this.#current;
    if (current?.publisher !== publisher || current.ssrc !== ssrc) return false;
    return index + current.offset <= this.newest + LEAP_MAX;
  }

  #start({ publisher, ssrc, index }: PacketSource): Current {
    const first = this.newest + 1;
    this.#current = { publisher, ssrc, offset: first - index, first };
    return this.#current;
  }
}
