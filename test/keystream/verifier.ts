import { HEADER, Keys, type Master, TAG } from "./srtp.ts";

const SEQUENCES = 0x1_0000;
const BLOCK = 16;
/** Indexes of a listener whose tags are remembered side by side. */
const PAGE = 1024;
/**
 * Of every so many listeners one has all blocks of its keystream remembered; of the others each packet's
 * first.
 */
const SAMPLE = 64;

/** What is wrong with the packets that a server sent. */
export interface Faults {
  /** The tag does not belong to the packet at the index that a receiver takes it to have. */
  tagWrong: number;
  /** It is encrypted with other bytes than the keystream of its key, SSRC and index. */
  keystreamWrong: number;
  /** Two packets of one key and SSRC have the same index and are not the same. */
  indexTwice: number;
  /** A block of keystream encrypts two different packets, of the same listener or of two. */
  keystreamTwice: number;
  /** Somebody who has left got a packet, or one came that is as long as no payload was. */
  strayed: number;
}

interface Waiting {
  datagram: Buffer;
  clear: Buffer | undefined;
}

/** One listener, as RFC 3711 has it receive. */
interface Listener {
  keys: Keys;
  number: number;
  /** Greatest index received, or -1 before the first. */
  newest: number;
  /** By page of indexes: the first word of each packet's tag, 0 where none came. */
  tags: Map<number, Uint32Array>;
  /** What it did not hear at the start, for the network lost it; it was sent nevertheless. */
  lost: Waiting[];
  deaf: number;
}

/**
 * Looks at every packet that goes to any listener: it opens each with the listener's own keys, and remembers
 * which indexes and which keystream were used.
 */
export class Verifier {
  readonly faults: Faults = { tagWrong: 0, keystreamWrong: 0, indexTwice: 0, keystreamTwice: 0, strayed: 0 };
  /** Packets looked at, and those of them that were sent again. */
  packets = 0;
  repeats = 0;
  readonly #listeners = new Map<number, Listener>();
  readonly #used: KeystreamSet;

  /** @param packets how many it is made for */
  constructor(packets: number) {
    this.#used = new KeystreamSet(packets);
  }

  /** @param deaf packets that the network loses before the first that reaches it */
  add(number: number, master: Master, deaf: number): void {
    const keys = new Keys(master, 0);
    this.#listeners.set(number, { keys, number, newest: -1, tags: new Map(), lost: [], deaf });
  }

  remove(number: number): void {
    this.#listeners.delete(number);
  }

  /** The sequence number that a listener has last heard, or undefined. */
  newestOf(number: number): number | undefined {
    const newest = this.#listeners.get(number)?.newest ?? -1;
    return newest < 0 ? undefined : newest % SEQUENCES;
  }

  /**
   * @param datagram may be overwritten afterwards
   * @param clear the payload that went into the server, or undefined if this is sent again
   */
  take(number: number, datagram: Buffer, clear: Buffer | undefined): void {
    this.packets++;
    const listener = this.#listeners.get(number);
    if (!listener) this.faults.strayed++;
    else if (listener.deaf > 0) {
      listener.deaf--;
      listener.lost.push({ datagram: Buffer.from(datagram), clear });
    } else {
      this.#look(listener, datagram, clear);
      for (const lost of listener.lost.splice(0)) this.#look(listener, lost.datagram, lost.clear);
    }
  }

  #look(listener: Listener, datagram: Buffer, clear: Buffer | undefined): void {
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
    // It asked for one from before its time, which is remembered now like any other.
    if (!clear) return;
    if (clear.length !== end - HEADER) {
      this.faults.strayed++;
      return;
    }
    const used = mask(datagram, clear);
    const whole = clear.length - (clear.length % BLOCK);
    const until = listener.number % SAMPLE === 0 ? whole : Math.min(whole, BLOCK);
    for (let at = 0; at < until; at += BLOCK) if (!this.#used.add(used, at)) this.faults.keystreamTwice++;
    if (!isAuthentic) return;
    const ssrc = datagram.readUInt32BE(8);
    const due = listener.keys.keystream(ssrc, index, clear.length).subarray(0, clear.length);
    if (!due.equals(used)) this.faults.keystreamWrong++;
  }

  /** Remembers a packet's tag under its index, and tells what was there before. */
  #remember({ tags }: Listener, index: number, tag: number): "nothing" | "same" | "other" {
    const number = Math.floor(index / PAGE);
    let page = tags.get(number);
    if (!page) {
      page = new Uint32Array(PAGE);
      tags.set(number, page);
    }
    const before = page[index % PAGE];
    page[index % PAGE] = tag;
    if (before === 0) return "nothing";
    return before === tag ? "same" : "other";
  }
}

/**
 * The index that a receiver takes a sequence number to have (RFC 3711 §3.3.1 and appendix A); its first is
 * below 2^16.
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

/** What was added to the payload on its way. */
function mask(datagram: Buffer, clear: Buffer): Buffer {
  const used = masks.subarray(0, clear.length);
  for (let n = 0; n < clear.length; n++) used[n] = datagram[HEADER + n]! ^ clear[n]!;
  return used;
}

const masks = Buffer.alloc(2048);

/**
 * The blocks of keystream that were used, each known by its first 64 bits: 1 in 10^5 runs of 10^7 would err.
 */
class KeystreamSet {
  readonly #words: Uint32Array;
  readonly #slots: number;
  #size = 0;

  constructor(packets: number) {
    this.#slots = 2 ** Math.ceil(Math.log2(packets * 1.6 + 4096));
    this.#words = new Uint32Array(2 * this.#slots);
  }

  /** Adds the block at `at`; false if it was there. */
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
