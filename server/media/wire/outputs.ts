import type { Socket } from "node:dgram";
import { counts } from "../counters.ts";
import * as layout from "../kernel/layout.ts";

/** The destination of a listener's packets: a socket of the port, and the listener's address. */
export interface Destination {
  socket: Pick<Socket, "send" | "getSendQueueCount" | "getSendQueueSize">;
  address: string;
  port: number;
}

/** Packets that the kernel makes in one call; each has a buffer of its own. */
const BUFFERS = 4;

/** Bytes in a socket's queue. Beyond this, packets are dropped, because late media is useless. */
const QUEUE_BYTES_MAX = 2 * 1024 * 1024;

/**
 * The buffers of finished packets. Usually the system takes a packet at once, and its buffer is free for the
 * next one. When the system's own buffer is full, Node keeps a reference to the packet's buffer. From then
 * on, until the queues are empty, the kernel writes to four other buffers, and copies of those are sent.
 */
export class Outputs {
  readonly #memory: Buffer;
  /** Views of the eight buffers, by packet length. */
  readonly #views = new Map<number, readonly Buffer[]>();
  /** The views for the current packet length. */
  #open: readonly Buffer[] = [];
  #length = 0;
  /** Sockets whose queue is not empty. */
  readonly #queueing = new Set<Destination["socket"]>();

  constructor(memory: Buffer) {
    this.#memory = memory;
  }

  /** Prepares the buffers for packets of one length. Returns the address of the first buffer. */
  open(length: number): number {
    for (const socket of this.#queueing) if (socket.getSendQueueCount() === 0) this.#queueing.delete(socket);
    this.#open = this.#views.get(length) ?? this.#view(length);
    this.#length = length;
    return this.at;
  }

  /** The current address of the first buffer. */
  get at(): number {
    return layout.OUTPUTS_AT + (this.#queueing.size > 0 ? BUFFERS * layout.OUTPUT_LENGTH : 0);
  }

  /**
   * Sends the packet in a buffer. Without a callback, because Node would queue each callback for the next
   * tick, and nothing depends on the result.
   */
  send(buffer: number, { socket, address, port }: Destination): void {
    counts.packetsOut++;
    counts.bytesOut += this.#length;
    if (this.#queueing.size === 0) socket.send(this.#open[buffer]!, port, address);
    else if (socket.getSendQueueSize() > QUEUE_BYTES_MAX) counts.droppedOut++;
    else socket.send(Buffer.from(this.#open[BUFFERS + buffer]!), port, address);
  }

  /** Must be called for each socket that has sent packets, before the buffers are used again. */
  settle(socket: Destination["socket"]): void {
    if (socket.getSendQueueCount() > 0) this.#queueing.add(socket);
  }

  #view(length: number): readonly Buffer[] {
    const views = Array.from({ length: 2 * BUFFERS }, (_, n) => {
      const at = layout.OUTPUTS_AT + n * layout.OUTPUT_LENGTH;
      return this.#memory.subarray(at, at + length);
    });
    this.#views.set(length, views);
    return views;
  }
}
