import type { Logger } from "pino";
import type { RoomState, RoomStatus } from "../protocol/messages.ts";
import type { Seats } from "./seats.ts";

/** A room's state and what its song does. Sends every change to all members. */
export class CurrentStatus {
  readonly #seats: Seats;
  readonly #log: Logger;
  #value: RoomStatus = { state: "waiting", playing: false, title: "" };

  constructor(seats: Seats, log: Logger) {
    this.#seats = seats;
    this.#log = log;
  }

  get value(): RoomStatus {
    return this.#value;
  }

  /**
   * Changes the state. Where the host is away or the wall is closed, no song plays.
   * @param reason for the log
   */
  enter(state: RoomState, reason?: string): void {
    if (state === this.#value.state) return;
    this.#log.info({ reason }, `wall ${state}`);
    const isHosted = state === "waiting" || state === "live";
    this.#change({ state, ...(!isHosted && { playing: false }) });
  }

  /** Changes what the song does. Without `title`, the title does not change. */
  setPlayback(playing: boolean, title: string = this.#value.title): void {
    if (playing !== this.#value.playing || title !== this.#value.title) this.#change({ playing, title });
  }

  #change(change: Partial<RoomStatus>): void {
    this.#value = { ...this.#value, ...change };
    this.#seats.sendToAll({ type: "room", room: this.#value });
  }
}
