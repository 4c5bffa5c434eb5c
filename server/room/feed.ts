import type { RoomStats, RoomStatus, ServerMessage } from "../protocol/messages.ts";
import type { Wall } from "../wall/wall.ts";
import type { HostReport } from "./host-report.ts";
import { encodeMessage } from "./member.ts";
import type { Seats } from "./seats.ts";
import type { Watcher } from "./watchers.ts";

export interface FeedOptions {
  readonly seats: Seats;
  readonly wall: Pick<Wall, "show" | "screens">;
  readonly room: { readonly status: RoomStatus };
  readonly report: Pick<HostReport, "message">;
  /** Monotonic time, ms. */
  readonly now: () => number;
}

/** What programs are told of a room that they follow, and its host of what they change. */
export class Feed {
  readonly #options: FeedOptions;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** How the screens receive, now. */
  get stats(): RoomStats {
    return this.#options.report.message.stats;
  }

  /** Adds a program that follows the room, which tells it the present state at once and then each change. */
  add(watcher: Watcher): void {
    const { seats, wall, room, report, now } = this.#options;
    const present: ServerMessage[] = [
      { type: "room", room: room.status },
      { type: "show", show: wall.show, at: Math.ceil(now()) },
      report.message,
      { type: "screens", screens: wall.screens },
    ];
    seats.addWatcher(watcher);
    for (const message of present) watcher.send(encodeMessage(message));
  }

  /** Removes a program that follows the room. */
  remove(watcher: Watcher): void {
    this.#options.seats.removeWatcher(watcher);
  }

  /** Tells the host's page, if it is there, that a program has set the wall's password; "" for none. */
  tellPassword(password: string): void {
    this.#options.seats.host?.member.send({ type: "password", password });
  }
}
