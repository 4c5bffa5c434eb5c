import type { Destination } from "../../server/media/wire/outputs.ts";

/**
 * Destination of a listener's packets in unit tests: an array. Its socket sends packets at once or queues
 * them.
 */
export class Catcher implements Destination {
  readonly address = "192.0.2.1";
  readonly port = 5004;
  readonly socket: Destination["socket"];
  /** Whether the send buffer is full. */
  full = false;
  /** Queued packets: views of the sender's memory. */
  readonly #waiting: Uint8Array[] = [];
  readonly #caught: Buffer[];
  readonly #take: ((packet: Buffer) => void) | undefined;

  /** @param take takes each packet too, as it arrives */
  constructor(caught: Buffer[], take?: (packet: Buffer) => void) {
    this.#caught = caught;
    this.#take = take;
    const send = (packet: Uint8Array) => {
      this.#waiting.push(packet);
      if (!this.full) this.drain();
    };
    this.socket = {
      send: send as Destination["socket"]["send"],
      getSendQueueCount: () => this.#waiting.length,
      getSendQueueSize: () => this.#waiting.reduce((sum, { length }) => sum + length, 0),
    };
  }

  /** Sends the queued packets. */
  drain(): void {
    this.full = false;
    for (const packet of this.#waiting.splice(0)) {
      const copy = Buffer.from(packet);
      this.#caught.push(copy);
      this.#take?.(copy);
    }
  }
}
