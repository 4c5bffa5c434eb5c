import type { Destination } from "../../server/media/wire/outputs.ts";

/**
 * Where a listener's packets go in unit tests: into an array. Its system takes packets at once, or holds on
 * to them.
 */
export class Catcher implements Destination {
  readonly address = "192.0.2.1";
  readonly port = 5004;
  readonly socket: Destination["socket"];
  /** Whether the system's buffer is full. */
  full = false;
  /** Packets that wait, in the sender's own memory. */
  readonly #waiting: Uint8Array[] = [];
  readonly #caught: Buffer[];

  constructor(caught: Buffer[]) {
    this.#caught = caught;
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

  /** The system takes what waits. */
  drain(): void {
    this.full = false;
    for (const packet of this.#waiting.splice(0)) this.#caught.push(Buffer.from(packet));
  }
}
