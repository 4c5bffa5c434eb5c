import { randomFillSync } from "node:crypto";
import type { Chance } from "./chance.ts";
import { type Keys, protectRtp } from "./srtp.ts";

export const PAYLOAD_TYPE = 111;
/** Lengths at which the server divides its keystream otherwise, in bytes, and one that is short for all. */
const LENGTHS = [60, 320, 448, 640, 1024, 1280];
/** The server looks at so many packets before it divides its keystream for shorter ones. */
const WINDOW = 128;
/** Streams that the server takes from one host. */
const STREAMS_MAX = 4;

/** Random bytes that payloads are cut from. */
const NOISE = randomFillSync(Buffer.alloc(1 << 17));

/** Payloads made so far: it is in each, so that no two of a thread are the same. */
let made = 0;

/** A packet of a host as it reaches the server, and its payload in the clear. */
export interface Sent {
  datagram: Buffer;
  payload: Buffer;
}

/**
 * What one host sends, over streams, gaps, rollovers and a network that holds packets back and doubles them.
 */
export class Song {
  readonly #chance: Chance;
  readonly #keys: Keys;
  readonly #thread: number;
  #ssrc = 0;
  #index = 0;
  streams = 0;
  #lengthMax = 0;
  /**
   * Whether long packets come just when the server has looked at a window of short ones, so that it changes
   * its mind twice within a few packets; else they come at a phase's end.
   */
  #isTimed = false;
  #phaseLeft = 0;
  #late: (Sent & { after: number })[] = [];

  /** @param thread tells payloads of one thread from those of others */
  constructor(chance: Chance, keys: Keys, thread: number) {
    this.#chance = chance;
    this.#keys = keys;
    this.#thread = thread;
    this.#startStream();
  }

  /**
   * Plays one packet on.
   * @param forwarded packets that the server has sent on so far
   * @returns what reaches the server now
   */
  next(forwarded: number): Sent[] {
    const chance = this.#chance;
    if (this.streams < STREAMS_MAX && chance.happens(0.01)) this.#startStream();
    const payload = this.#payload(forwarded);
    const [ssrc, index] = [this.#ssrc, this.#index];
    const packet = { ssrc, index, timestamp: (index * 960) % 2 ** 32, payloadType: PAYLOAD_TYPE, payload };
    const datagram = protectRtp(this.#keys, packet);
    this.#index += this.#step();
    const sent: Sent[] = [];
    if (chance.happens(0.03)) this.#late.push({ datagram, payload, after: 1 + chance.upTo(40) });
    else sent.push({ datagram, payload });
    if (chance.happens(0.01)) sent.push({ datagram: Buffer.from(datagram), payload });
    for (const late of this.#late) if (--late.after === 0) sent.push(late);
    this.#late = this.#late.filter(({ after }) => after > 0);
    return sent;
  }

  #startStream(): void {
    this.streams++;
    this.#ssrc = this.#chance.upTo(2 ** 32);
    // Half of them just before a rollover.
    this.#index = this.#chance.happens(0.5) ? 65_536 - this.#chance.upTo(600) : this.#chance.upTo(65_536);
  }

  /** How far it is to the next packet: 1, but for losses and outages. */
  #step(): number {
    if (this.#chance.happens(0.001)) return 1 + this.#chance.upTo(15_000);
    return this.#chance.happens(0.01) ? 1 + this.#chance.upTo(40) : 1;
  }

  #payload(forwarded: number): Buffer {
    const chance = this.#chance;
    if (this.#phaseLeft-- <= 0) {
      this.#isTimed = chance.happens(0.8);
      this.#lengthMax = LENGTHS[chance.upTo(this.#isTimed ? 3 : LENGTHS.length)]!;
      this.#phaseLeft = this.#isTimed ? 6 * WINDOW : chance.upTo(3 * WINDOW);
    }
    const longIsDue = this.#isTimed ? forwarded % (2 * WINDOW) < 3 : this.#phaseLeft < 3;
    const long = LENGTHS[3 + chance.upTo(3)]!;
    const length = longIsDue && chance.happens(0.5) ? long : 8 + chance.upTo(this.#lengthMax - 7);
    const at = chance.upTo(NOISE.length - length);
    const payload = Buffer.from(NOISE.subarray(at, at + length));
    payload.writeUInt32BE(made++, 0);
    payload.writeUInt32BE(this.#thread, 4);
    return payload;
  }
}
