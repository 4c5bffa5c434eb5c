import { now } from "../clock.ts";
import { counts } from "../counters.ts";

/** Packets of pictures that wait in one thread: more than a key frame of 300 KB, or a second at 4 Mb/s. */
const WAITING_MAX_PACKETS = 512;
/** A packet that has waited this many ms is dropped: the thread is overloaded, and newer ones count. */
const WAITING_MAX_MS = 1_000;

/** A packet that waits. */
interface Waiting {
  send(): void;
  /** The queue was full: the packet is lost. */
  drop(): void;
}

/**
 * Lets packets of songs pass those of pictures. A key frame comes as a burst of packets, and it takes
 * milliseconds to send each of them to hundreds of listeners. So one packet of a picture is sent in each turn
 * of the event loop, and datagrams that have arrived meanwhile are handled between two of them.
 */
export class PictureQueue {
  readonly #failed: (error: Error) => void;
  #waiting: { packet: Waiting; since: number }[] = [];
  /** Position of the first packet that still waits. */
  #first = 0;
  #turn: NodeJS.Immediate | undefined;

  /** @param failed takes what a packet throws; further packets are sent */
  constructor(failed: (error: Error) => void) {
    this.#failed = failed;
  }

  /** Packets that wait. */
  get length(): number {
    return this.#waiting.length - this.#first;
  }

  /** Adds a packet. If there are too many, the oldest one is dropped and counted. */
  add(packet: Waiting): void {
    this.#waiting.push({ packet, since: now() });
    if (this.length > WAITING_MAX_PACKETS) this.#drop();
    this.#turn ??= setImmediate(this.#sendOne);
  }

  /** Drops what waits; idempotent. */
  close(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#waiting = [];
    this.#first = 0;
  }

  readonly #sendOne = (): void => {
    this.#turn = undefined;
    try {
      while (this.length > 1 && now() - this.#waiting[this.#first]!.since > WAITING_MAX_MS) this.#drop();
      this.#take().send();
    } catch (error) {
      this.#failed(error as Error);
    }
    if (this.length > 0) this.#turn ??= setImmediate(this.#sendOne);
  };

  #drop(): void {
    counts.picturesDropped++;
    this.#take().drop();
  }

  #take(): Waiting {
    const { packet } = this.#waiting[this.#first++]!;
    // The array is cut rarely: to shift it for each packet would move all that wait.
    if (this.#first >= WAITING_MAX_PACKETS || this.length === 0) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return packet;
  }
}
