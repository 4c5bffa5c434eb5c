import { HEADER, Keys, type Master, TAG } from "./srtp.ts";

const SEQUENCES = 0x1_0000;
const BLOCK = 16;
/** Packets whose tags are in one page of a listener's memory. */
const PAGE_PACKETS = 1024;
/**
 * Of one in this many listeners, all keystream blocks are remembered; of the others, only the first block of
 * each packet.
 */
const SAMPLING = 64;

/** Counts of faults in the packets that a server sent. */
export interface Faults {
  /** The tag is wrong for the index that a receiver estimates. */
  tagWrong: number;
  /** The packet is not encrypted with the keystream of its key, SSRC and index. */
  keystreamWrong: number;
  /** Two different packets of one key and SSRC have the same index. */
  indexTwice: number;
  /** A block of keystream encrypts two different packets, of one listener or of two. */
  keystreamTwice: number;
  /** A packet was sent to a listener that has left, or does not have the length of the payload. */
  strayed: number;
}

interface LostPacket {
  datagram: Buffer;
  clear: Buffer | undefined;
}

/** The state of one listener, a receiver according to RFC 3711. */
interface Listener {
  keys: Keys;
  number: number;
  /** Greatest index received, or -1 before the first packet. */
  newest: number;
  /** By page of indexes: the first word of each packet's tag, or 0. */
  tags: Map<number, Uint32Array>;
  /** The first packets, which the network has lost; they are verified after the first one that arrives. */
  lost: LostPacket[];
  /** How many more packets will be lost. */
  losing: number;
}

/**
 * Verifies every packet for every listener. It opens each with the listener's own keys, and remembers which
 * indexes and which keystream have been used.
 */
export class Verifier {
  readonly faults: Faults = { tagWrong: 0, keystreamWrong: 0, indexTwice: 0, keystreamTwice: 0, strayed: 0 };
  /** Packets sent to listeners. */
  packets = 0;
  /** Packets that were the same as an earlier one. */
  repeats = 0;
  readonly #listeners = new Map<number, Listener>();
  readonly #used: KeystreamSet;

  /** @param packets greatest number of packets to remember */
  constructor(packets: number) {
    this.#used = new KeystreamSet(packets);
  }

  /** @param losing how many of the listener's first packets the network loses */
  add(number: number, master: Master, losing: number): void {
    const keys = new Keys(master, 0);
    this.#listeners.set(number, { keys, number, newest: -1, tags: new Map(), lost: [], losing });
  }

  remove(number: number): void {
    this.#listeners.delete(number);
  }

  /** The newest sequence number that a listener has received, or undefined. */
  newestOf(number: number): number | undefined {
    const newest = this.#listeners.get(number)?.newest ?? -1;
    return newest < 0 ? undefined : newest % SEQUENCES;
  }

  /**
   * Takes a packet for a listener.
   * @param datagram is copied if it is kept
   * @param clear the payload in the clear, or undefined for a retransmission
   */
  take(number: number, datagram: Buffer, clear: Buffer | undefined): void {
    this.packets++;
    const listener = this.#listeners.get(number);
    if (!listener) this.faults.strayed++;
    else if (listener.losing > 0) {
      listener.losing--;
      listener.lost.push({ datagram: Buffer.from(datagram), clear });
    } else {
      this.#verify(listener, datagram, clear);
      for (const lost of listener.lost.splice(0)) this.#verify(listener, lost.datagram, lost.clear);
    }
  }

  #verify(listener: Listener, datagram: Buffer, clear: Buffer | undefined): void {
    const index = estimate(datagram.readUInt16BE(2), listener.newest);
    const end = datagram.length - TAG;
    const tag = listener.keys.tag(datagram.subarray(0, end), Math.floor(index / SEQUENCES));
    const isAuthentic = tag.equals(datagram.subarray(end));
    if (!isAuthentic) this.faults.tagWrong++;
    else {
      listener.newest = Math.max(listener.newest, index);
      const before = this.#remember(listener, index, tag.readUInt32BE() || 1);
      if (before === "same") {
        this.repeats++;
        return;
      }
      if (before === "other") this.faults.indexTwice++;
    }
    // A retransmission of a packet that was sent before the listener joined. Its tag is remembered now.
    if (!clear) return;
    if (clear.length !== end - HEADER) {
      this.faults.strayed++;
      return;
    }
    const used = mask(datagram, clear);
    const whole = clear.length - (clear.length % BLOCK);
    const until = listener.number % SAMPLING === 0 ? whole : Math.min(whole, BLOCK);
    for (let at = 0; at < until; at += BLOCK) if (!this.#used.add(used, at)) this.faults.keystreamTwice++;
    if (!isAuthentic) return;
    const ssrc = datagram.readUInt32BE(8);
    const due = listener.keys.keystream(ssrc, index, clear.length).subarray(0, clear.length);
    if (!due.equals(used)) this.faults.keystreamWrong++;
  }

  /** Stores a packet's tag under its index. Returns whether the index had no tag, the same or another. */
  #remember({ tags }: Listener, index: number, tag: number): "nothing" | "same" | "other" {
    const number = Math.floor(index / PAGE_PACKETS);
    let page = tags.get(number);
    if (!page) {
      page = new Uint32Array(PAGE_PACKETS);
      tags.set(number, page);
    }
    const before = page[index % PAGE_PACKETS];
    page[index % PAGE_PACKETS] = tag;
    if (before === 0) return "nothing";
    return before === tag ? "same" : "other";
  }
}

/**
 * The index that a receiver estimates for a sequence number (RFC 3711 §3.3.1 and appendix A). Its first index
 * is below 2^16.
 */
function estimate(sequence: number, newest: number): number {
  if (newest < 0) return sequence;
  const [rollovers, last] = [Math.floor(newest / SEQUENCES), newest % SEQUENCES];
  let guess = rollovers;
  if (last < SEQUENCES / 2) {
    if (sequence - last > SEQUENCES / 2) guess--;
  } else if (last - SEQUENCES / 2 > sequence) guess++;
  return Math.max(0, guess) * SEQUENCES + sequence;
}

/** The keystream that a packet was encrypted with: its ciphertext ⊕ its payload. */
function mask(datagram: Buffer, clear: Buffer): Buffer {
  const used = masks.subarray(0, clear.length);
  for (let n = 0; n < clear.length; n++) used[n] = datagram[HEADER + n]! ^ clear[n]!;
  return used;
}

const masks = Buffer.alloc(2048);

/**
 * The blocks of keystream that were used. It stores the first 64 bits of each. Of 10^5 runs with 10^7
 * packets, one would report a fault by chance.
 */
class KeystreamSet {
  readonly #words: Uint32Array;
  readonly #slots: number;
  #size = 0;

  constructor(packets: number) {
    this.#slots = 2 ** Math.ceil(Math.log2(packets * 1.6 + 4096));
    this.#words = new Uint32Array(2 * this.#slots);
  }

  /** Adds the block at `at`. Returns false if the set has it already. */
  add(keystream: Buffer, at: number): boolean {
    if (++this.#size > this.#slots * 0.9) throw new Error("more packets than the verifier was made for");
    const [high, low] = [keystream.readUInt32LE(at) || 1, keystream.readUInt32LE(at + 4)];
    for (let slot = high % this.#slots; ; slot = (slot + 1) % this.#slots) {
      if (this.#words[2 * slot] === 0) {
        this.#words[2 * slot] = high;
        this.#words[2 * slot + 1] = low;
        return true;
      }
      if (this.#words[2 * slot] === high && this.#words[2 * slot + 1] === low) return false;
    }
  }
}
