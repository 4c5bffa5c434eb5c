import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { PictureSource, RoomState, RoomStatus } from "../protocol/messages.ts";
import type { Seats } from "./seats.ts";

/** What the host's page says of what it sends. */
export interface Playback {
  readonly playing: boolean;
  /** Missing where the title has not changed. */
  readonly title?: string | undefined;
  readonly picture?: PictureSource | undefined;
  readonly muted?: boolean | undefined;
}

/** What is known of the sound of a program: it has no title, and only sends while it plays. */
const OF_PROGRAM = { playing: true, title: "", fromProgram: true } as const;

/** A room's state and what its song does. Sends every change to all members. */
export class CurrentStatus {
  readonly #seats: Seats;
  readonly #log: Logger;
  /** What the host's page sends. */
  #playback: Omit<RoomStatus, "state"> = { playing: false, title: "" };
  #stage: number | undefined;
  #value: RoomStatus = { state: "waiting", ...this.#playback };

  constructor(seats: Seats, log: Logger) {
    this.#seats = seats;
    this.#log = log;
  }

  get value(): RoomStatus {
    return this.#value;
  }

  /**
   * Changes the state. Where the host is away or the wall is closed, no song plays.
   * @param options `fromProgram`: whether another program than the host's page sends the sound; `reason`: for
   * the log
   */
  enter(state: RoomState, { fromProgram = false, reason = "" } = {}): void {
    if (state === this.#value.state && fromProgram === (this.#value.fromProgram ?? false)) return;
    this.#log.info({ ...(reason && { reason }), ...(fromProgram && { fromProgram }) }, `wall ${state}`);
    if (state === "host-away" || state === "closed")
      this.#playback = { playing: false, title: this.#playback.title };
    this.#change({ state, ...(fromProgram ? OF_PROGRAM : this.#playback) });
  }

  /**
   * Changes what the host's page sends. Where another program sends the sound, this holds from its end on.
   */
  setPlayback({ playing, title = this.#playback.title, picture, muted = false }: Playback): void {
    const before = this.#playback;
    this.#playback = { playing, title, ...(picture && { picture }), ...(muted && { muted }) };
    if (!this.#value.fromProgram && !isDeepStrictEqual(before, this.#playback))
      this.#change({ state: this.#value.state, ...this.#playback });
  }

  /** Sets who is on stage, by the number of the screen; undefined for nobody. */
  setStage(screen: number | undefined): void {
    this.#stage = screen;
    this.#change(this.#value);
  }

  #change({ stage: _, ...value }: RoomStatus): void {
    this.#value = { ...value, ...(this.#stage !== undefined && { stage: this.#stage }) };
    this.#seats.sendToAll({ type: "room", room: this.#value });
  }
}
