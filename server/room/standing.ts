import type { Logger } from "pino";
import type { RoomState, RoomStatus } from "../protocol/messages.ts";
import type { Seats } from "./seats.ts";

/** Where a room stands, and what its song does. Tells everyone whenever that changes. */
export class Standing {
  readonly #seats: Seats;
  readonly #log: Logger;
  #status: RoomStatus = { state: "waiting", playing: false, title: "" };

  constructor(seats: Seats, log: Logger) {
    this.#seats = seats;
    this.#log = log;
  }

  get status(): RoomStatus {
    return this.#status;
  }

  /** In another state than `waiting` and `live` no song plays. `reason` is for the log. */
  enter(state: RoomState, reason?: string): void {
    if (state === this.#status.state) return;
    this.#log.info({ reason }, `room ${state}`);
    const isHosted = state === "waiting" || state === "live";
    this.#change({ state, ...(!isHosted && { playing: false }) });
  }

  /** The host tells what its song does. Without `title`, the title stays as it is. */
  playback(playing: boolean, title: string = this.#status.title): void {
    if (playing !== this.#status.playing || title !== this.#status.title) this.#change({ playing, title });
  }

  #change(change: Partial<RoomStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#seats.sendToAll({ type: "room", room: this.#status });
  }
}
