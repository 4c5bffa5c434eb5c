import { randomFillSync } from "node:crypto";
import type { SeededRandom } from "../support/seeded-random.ts";
import { type Keys, protectRtp } from "./srtp.ts";

export const PAYLOAD_TYPE = 111;
/** Longest payload of each of the server's keystream plans, in bytes; before them, a shorter one. */
const LENGTHS = [60, 320, 448, 640, 1024, 1280];
/** The server changes to a plan for shorter payloads after this many packets (see fanout/keystream.ts). */
const WINDOW_PACKETS = 128;
/** SSRCs that the server accepts from one host. */
const STREAMS_MAX = 6;

/** Random bytes for payloads. */
const NOISE = randomFillSync(Buffer.alloc(1 << 17));

/** Payloads made in this thread. Each payload contains its number, so no two are the same. */
let made = 0;

/** A packet of a host, and its payload in the clear. */
export interface Sent {
  datagram: Buffer;
  payload: Buffer;
}

/** The packets of one host: with several streams, gaps, rollovers, delayed packets and repeated ones. */
export class Song {
  readonly #random: SeededRandom;
  readonly #keys: Keys;
  readonly #thread: number;
  #ssrc = 0;
  #index = 0;
  streams = 0;
  #lengthMax = 0;
  /**
   * Whether long packets come just after the server's window of short ones. The server then changes its plan
   * twice within a few packets. Otherwise long packets come at the end of a phase.
   */
  #isTimed = false;
  #phaseLeft = 0;
  #late: (Sent & { after: number })[] = [];

  /** @param thread is part of each payload, so payloads of different threads differ */
  constructor(random: SeededRandom, keys: Keys, thread: number) {
    this.#random = random;
    this.#keys = keys;
    this.#thread = thread;
    this.#startStream();
  }

  /**
   * Sends one packet.
   * @param forwarded packets that the server has forwarded
   * @returns the packets that reach the server now
   */
  next(forwarded: number): Sent[] {
    const random = this.#random;
    if (this.streams < STREAMS_MAX && random.happens(0.01)) this.#startStream();
    const payload = this.#payload(forwarded);
    const [ssrc, index] = [this.#ssrc, this.#index];
    const packet = { ssrc, index, timestamp: (index * 960) % 2 ** 32, payloadType: PAYLOAD_TYPE, payload };
    const datagram = protectRtp(this.#keys, packet);
    this.#index += this.#step();
    const sent: Sent[] = [];
    if (random.happens(0.03)) this.#late.push({ datagram, payload, after: 1 + random.below(40) });
    else sent.push({ datagram, payload });
    if (random.happens(0.01)) sent.push({ datagram: Buffer.from(datagram), payload });
    for (const late of this.#late) if (--late.after === 0) sent.push(late);
    this.#late = this.#late.filter(({ after }) => after > 0);
    return sent;
  }

  #startStream(): void {
    this.streams++;
    this.#ssrc = this.#random.below(2 ** 32);
    // Half of the streams start just before a rollover.
    this.#index = this.#random.happens(0.5) ? 65_536 - this.#random.below(600) : this.#random.below(65_536);
  }

  /** Difference between the next packet's index and this one's: more than 1 for losses and outages. */
  #step(): number {
    if (this.#random.happens(0.001)) return 1 + this.#random.below(15_000);
    return this.#random.happens(0.01) ? 1 + this.#random.below(40) : 1;
  }

  #payload(forwarded: number): Buffer {
    const random = this.#random;
    if (this.#phaseLeft-- <= 0) {
      this.#isTimed = random.happens(0.8);
      this.#lengthMax = LENGTHS[random.below(this.#isTimed ? 3 : LENGTHS.length)]!;
      this.#phaseLeft = this.#isTimed ? 6 * WINDOW_PACKETS : random.below(3 * WINDOW_PACKETS);
    }
    const longIsDue = this.#isTimed ? forwarded % (2 * WINDOW_PACKETS) < 3 : this.#phaseLeft < 3;
    const long = LENGTHS[3 + random.below(3)]!;
    const length = longIsDue && random.happens(0.5) ? long : 8 + random.below(this.#lengthMax - 7);
    const at = random.below(NOISE.length - length);
    const payload = Buffer.from(NOISE.subarray(at, at + length));
    payload.writeUInt32BE(made++, 0);
    payload.writeUInt32BE(this.#thread, 4);
    return payload;
  }
}
