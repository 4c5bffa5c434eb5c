import type { Socket } from "node:dgram";
import { counts } from "../counters.ts";
import * as layout from "../kernel/layout.ts";

/** Where a listener's packets go: a socket of the port, and the listener's address. */
export interface Destination {
  socket: Pick<Socket, "send" | "getSendQueueCount" | "getSendQueueSize">;
  address: string;
  port: number;
}

/** Packets that are made at once. */
const PLACES = 4;

/** Bytes that may wait for the system to take them; what is beyond is dropped, for media never waits. */
const QUEUE_MAX = 2 * 1024 * 1024;

/**
 * Four places where finished packets lie until they are sent. The system takes a packet at once, and its
 * place serves for the next; when the system's own buffer is full, Node holds on to the packet's memory, so
 * from then on, until the queue is empty, copies are sent from four other places.
 */
export class Outputs {
  readonly #memory: Buffer;
  /** Views of the eight places, by length. */
  readonly #views = new Map<number, readonly Buffer[]>();
  #open: readonly Buffer[] = [];
  #length = 0;
  readonly #holding = new Set<Destination["socket"]>();

  constructor(memory: Buffer) {
    this.#memory = memory;
  }

  /** Opens the places for packets of one length. Returns where the first is in memory. */
  open(length: number): number {
    for (const socket of this.#holding) if (socket.getSendQueueCount() === 0) this.#holding.delete(socket);
    this.#open = this.#views.get(length) ?? this.#view(length);
    this.#length = length;
    return this.at;
  }

  /** Where the first place is now. */
  get at(): number {
    return layout.OUTPUTS_AT + (this.#holding.size > 0 ? PLACES * layout.OUTPUT_LENGTH : 0);
  }

  /**
   * Sends what is in a place. Without a callback: Node would put each on the next tick's queue, and nobody
   * waits for media.
   */
  send(place: number, { socket, address, port }: Destination): void {
    counts.packetsOut++;
    counts.bytesOut += this.#length;
    if (this.#holding.size === 0) socket.send(this.#open[place]!, port, address);
    else if (socket.getSendQueueSize() > QUEUE_MAX) counts.droppedOut++;
    else socket.send(Buffer.from(this.#open[PLACES + place]!), port, address);
  }

  /** To be called before the places are filled anew, with each socket that was sent by. */
  settle(socket: Destination["socket"]): void {
    if (socket.getSendQueueCount() > 0) this.#holding.add(socket);
  }

  #view(length: number): readonly Buffer[] {
    const views = Array.from({ length: 2 * PLACES }, (_, n) => {
      const at = layout.OUTPUTS_AT + n * layout.OUTPUT_LENGTH;
      return this.#memory.subarray(at, at + length);
    });
    this.#views.set(length, views);
    return views;
  }
}
