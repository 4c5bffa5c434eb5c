import { isInStep } from "../../light/flash-phases.ts";
import type { Ear } from "../ear/ear.ts";
import { RELEASE_AHEAD_MS } from "../ear/frame-order.ts";
import type { Arrival } from "../ear/pipeline.ts";
import type { Connection } from "../join/connection.ts";
import { ClockBounds } from "./clock-bounds.ts";
import { Needs } from "./needs.ts";
import type { Pace } from "./pace.ts";
import { PaintRate } from "./paint-rate.ts";
import { Rounding } from "./rounding.ts";
import { SocketNeed } from "./socket-need.ts";

/**
 * How long before it is painted a frame must have come: when it would be given up, and what a timer may be
 * late; ms.
 */
const LIGHT_MS = RELEASE_AHEAD_MS + 5;

/** Interval at which the ear is paced, and the way of the frames is checked, ms. */
const CHECK_MS = 250;

/** Time between two questions whether the media come through a TURN server, which may change; ms. */
const ROUTE_MS = 3_000;

export interface FrameWatchOptions {
  readonly pace: Pick<Pace, "at" | "delay" | "error" | "reference" | "rounding" | "sent" | "trim">;
  readonly ear: Pick<Ear, "kind" | "pace">;
  readonly connection: Pick<
    Connection,
    "clock" | "downlink" | "isPlaying" | "report" | "status" | "wantFrames"
  >;
  /** {@link FrameWatch.isOverSocket} has changed. */
  onChange(): void;
}

/**
 * Watches how frames come and are painted, and reports it with the wall delay that they need. Asks for the
 * WebSocket without UDP.
 */
export class FrameWatch {
  readonly #options: FrameWatchOptions;
  readonly #clockBounds = new ClockBounds();
  readonly #needs = new Needs();
  readonly #socketNeed = new SocketNeed();
  readonly #paintRate = new PaintRate();
  readonly #rounding = new Rounding();
  #relayed: boolean | undefined;
  #routeAt = Number.NEGATIVE_INFINITY;
  /** What the server knows of this screen, of the way of the media, or of the clock, is wrong. */
  #isNews = false;

  constructor(options: FrameWatchOptions) {
    this.#options = options;
    this.reset(performance.now());
    setInterval(() => this.#check(performance.now()), CHECK_MS);
  }

  /** All frames come over the WebSocket, because none come over UDP. */
  get isOverSocket(): boolean {
    return this.#socketNeed.isNeeded;
  }

  /** A frame has come. */
  arrived({ media, at, via }: Arrival): void {
    const { pace, ear, connection } = this.#options;
    this.#rounding.see(performance.now());
    if (via === "udp") this.#socketNeed.arrived(at);
    const sent = pace.sent(at);
    if (sent === undefined) return;
    this.#clockBounds.take(connection.clock, { media, sent: pace.at(at)! + media - sent, arrived: at });
    const needed = sent - media + LIGHT_MS;
    this.#needs.add(at, { needed, late: needed - pace.delay(at) });
    const figures = this.#needs.due(at, this.#isNews);
    if (!figures) return;
    const clockErrorMs = pace.error ?? 0;
    const paintRate = this.#paintRate.perSecond;
    this.#isNews = !connection.status.joined;
    connection.report({
      ...figures,
      clockErrorMs,
      precision: ear.kind === "frames" ? "exact" : "graph",
      inStep: isInStep(pace.trim, clockErrorMs),
      ...(this.#relayed !== undefined && { relayed: this.#relayed }),
      ...(paintRate !== undefined && { paintRate }),
    });
  }

  /** The server knows nothing of what was asked for, or reported. */
  reset(now: number): void {
    this.#socketNeed.reset(now);
    this.#isNews = true;
  }

  /** Paces the ear, and sees whether frames must come another way. */
  #check(now: number): void {
    const { connection, ear, pace } = this.#options;
    const before = this.isOverSocket;
    this.#rounding.see(now);
    if (pace.rounding !== this.#rounding.ms) {
      pace.rounding = this.#rounding.ms;
      this.#isNews = true;
    }
    ear.pace(pace.reference(now));
    if (!connection.isPlaying) this.#socketNeed.reset(now);
    else this.#paintRate.update(now);
    if (now - this.#routeAt >= ROUTE_MS) void this.#askRoute(now);
    const isNeeded = this.#socketNeed.update(now);
    if (isNeeded !== undefined) connection.wantFrames(isNeeded);
    if (this.isOverSocket !== before) this.#options.onChange();
  }

  /** Asks the browser how the media come. A change is reported soon. */
  async #askRoute(now: number): Promise<void> {
    this.#routeAt = now;
    const relayed = await this.#options.connection.downlink?.isRelayed();
    if (Boolean(relayed) !== Boolean(this.#relayed)) this.#isNews = true;
    this.#relayed = relayed;
  }
}
