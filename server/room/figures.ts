import type { Logger } from "pino";
import type { MediaEngine } from "../media/engine.ts";
import type { RoomStats } from "../protocol/messages.ts";
import { type PacketTime, type PacketTimeLimits, packetTimeFor } from "./packet-time.ts";
import type { Seats } from "./seats.ts";
import { roomStats } from "./stats.ts";

export interface RoomFiguresOptions {
  readonly seats: Seats;
  readonly engine: Pick<MediaEngine, "stats">;
  readonly limits: PacketTimeLimits;
  readonly log: Logger;
}

/** How a room's broadcast arrives, and how long its packets are to be for that. */
export class RoomFigures {
  readonly #options: RoomFiguresOptions;
  #packetTime: PacketTime = 20;

  constructor(options: RoomFiguresOptions) {
    this.#options = options;
  }

  /** Time one packet of the broadcast spans, ms. */
  get packetTime(): PacketTime {
    return this.#packetTime;
  }

  get stats(): Omit<RoomStats, "packetTimeMs"> {
    return roomStats(this.#options.seats.listeners, this.#options.engine);
  }

  /** Tells the host all of it; called once a second. */
  tell(): void {
    const { seats, limits, log } = this.#options;
    const packetTimeMs = packetTimeFor(seats.listenerCount, this.#packetTime, limits);
    if (packetTimeMs !== this.#packetTime) {
      this.#packetTime = packetTimeMs;
      log.info({ packetTime: packetTimeMs }, "packet time changed");
      seats.host?.member.send({ type: "packet-time", packetTimeMs });
    }
    seats.host?.member.send({ type: "stats", stats: { ...this.stats, packetTimeMs } });
  }
}
