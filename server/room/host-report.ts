import type { Logger } from "pino";
import type { MediaEngine } from "../media/media-engine.ts";
import type { RoomStats, ServerMessage } from "../protocol/messages.ts";
import type { Seats } from "./seats.ts";
import type { SocketMedia } from "./socket-media.ts";
import { mergedStats, roomStats } from "./stats.ts";

/** Duration of one packet of a broadcast, ms: 20 has less delay, 60 costs a third of the work. */
export type PacketTime = 20 | 60;

/** Between the two limits a room keeps its packet time, so that it does not switch back and forth. */
export interface PacketTimeLimits {
  /** Listeners from which packets have 60 ms. */
  readonly longFrom: number;
  /** Listeners below which packets have 20 ms. */
  readonly shortBelow: number;
}

export interface HostReportOptions {
  readonly seats: Seats;
  readonly engine: Pick<MediaEngine, "stats">;
  readonly socketMedia: () => Pick<SocketMedia, "size" | "serves">;
  /** Whether the host has switched a screen off. */
  readonly isOff: (screen: string) => boolean;
  /** How the listeners at each other node receive. */
  readonly farStats: () => readonly Omit<RoomStats, "packetTimeMs">[];
  readonly limits: PacketTimeLimits;
  readonly log: Logger;
}

/** Reports to the host how listeners receive its broadcast, and sets the duration of its packets. */
export class HostReport {
  readonly #options: HostReportOptions;
  #packetTime: PacketTime = 20;

  constructor(options: HostReportOptions) {
    this.#options = options;
  }

  get packetTime(): PacketTime {
    return this.#packetTime;
  }

  get stats(): Omit<RoomStats, "packetTimeMs"> {
    const { seats, engine, socketMedia, isOff, farStats } = this.#options;
    const media = socketMedia();
    const serves = (member: { readonly id: string }) => media.serves(member);
    const own = { ...roomStats(seats.ownListeners, { engine, serves, isOff }), overSocket: media.size };
    // What other nodes report is up to a second old. How many there are is known.
    return { ...mergedStats([own, ...farStats()]), listeners: seats.listeners.length };
  }

  /** What the host is told. */
  get message(): Extract<ServerMessage, { type: "stats" }> {
    return { type: "stats", stats: { ...this.stats, packetTimeMs: this.#packetTime } };
  }

  /** Sends the report to the host; called once a second. */
  send(): void {
    const { seats, limits, log } = this.#options;
    const packetTimeMs = packetTimeFor(seats.listenerCount, this.#packetTime, limits);
    if (packetTimeMs !== this.#packetTime) {
      this.#packetTime = packetTimeMs;
      log.info({ packetTimeMs }, "packet time changed");
      seats.host?.member.send({ type: "packet-time", packetTimeMs });
    }
    seats.sendToHost(this.message);
  }
}

function packetTimeFor(listeners: number, current: PacketTime, limits: PacketTimeLimits): PacketTime {
  if (listeners >= limits.longFrom) return 60;
  return listeners < limits.shortBelow ? 20 : current;
}
