import { REPLAY_WINDOW, ReplayWindow } from "../../limits/replay-window.ts";

/**
 * A stream whose next packet is more than this many packets ahead of the newest one continues with the next
 * number, as after a splice. A receiver cannot count rollovers over a distance of 2^15 (RFC 3711 §3.3.1), and
 * it may have missed packets before the jump.
 */
const JUMP_MAX_PACKETS = 0x2000;

/** Identifies one packet of a broadcast's publishers. */
export interface PacketSource {
  /** The publisher's number; a publisher with a greater number has replaced those with smaller ones. */
  publisher: number;
  /** Another SSRC of the same publisher is another stream. */
  ssrc: number;
  /** The packet's sequence number in its stream, with rollovers counted. */
  index: number;
}

/** The stream that is being numbered. */
interface Stream {
  publisher: number;
  ssrc: number;
  /** Added to the index of the stream's packets. */
  offset: number;
  /** Number of the stream's first packet. Smaller numbers belong to earlier streams. */
  first: number;
}

/**
 * Numbers the packets that a thread's listeners receive, from 0 on, across all publishers and streams of a
 * broadcast. All keystream is made from these numbers, so no number is ever assigned twice. Each thread
 * numbers on its own, because threads learn at different times that a publisher was replaced. No two threads
 * send under the same keys.
 */
export class Numbering {
  #current: Stream | undefined;
  /**
   * Numbers that are assigned. A packet that repeats one, or is later than the window is wide, gets none. The
   * publisher's replay window has the same width.
   */
  readonly #assigned: ReplayWindow;

  /** @param lateMax how many packets a packet may be behind the newest */
  constructor(lateMax = REPLAY_WINDOW) {
    this.#assigned = new ReplayWindow(lateMax);
  }

  /** The greatest number assigned, or -1. */
  get newest(): number {
    return this.#assigned.newest;
  }

  /** The number of the current stream's first packet. */
  get first(): number | undefined {
    return this.#current?.first;
  }

  /** Assigns a packet a number that no other packet has; undefined if the packet must not be sent. */
  assign(source: PacketSource): number | undefined {
    // Packets of a replaced publisher may still arrive from another thread.
    if (this.#current && source.publisher < this.#current.publisher) return;
    const { offset, first } = this.#isCurrent(source) ? this.#current! : this.#start(source);
    const number = source.index + offset;
    if (number < first || !this.#assigned.isNew(number)) return;
    this.#assigned.accept(number);
    return number;
  }

  #isCurrent({ publisher, ssrc, index }: PacketSource): boolean {
    const current = this.#current;
    if (current?.publisher !== publisher || current.ssrc !== ssrc) return false;
    return index + current.offset <= this.newest + JUMP_MAX_PACKETS;
  }

  #start({ publisher, ssrc, index }: PacketSource): Stream {
    const first = this.newest + 1;
    this.#current = { publisher, ssrc, offset: first - index, first };
    return this.#current;
  }
}
