import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Counts } from "../media/counters.ts";
import type { MediaEngine } from "../media/engine.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import type { Role, RoomState } from "../protocol/messages.ts";
import type { RoomSummary } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";

export interface MetricsOptions {
  readonly rooms: Pick<Rooms, "list">;
  readonly engine: MediaEngine;
  /** Pages that are connected. */
  readonly sessions: () => number;
  /** By how much the main thread was late lately, ms. */
  readonly loopDelay: () => number;
}

const STATES: readonly RoomState[] = ["waiting", "live", "host-away"];
const HANDSHAKE_BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const FORWARD_BUCKETS = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

/** What the server tells Prometheus: sums over all walls, nothing of any one wall or person. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #rooms: MetricsOptions["rooms"];
  readonly #engine: MediaEngine;
  /** All walls, as of the last time that someone asked for figures. */
  #walls: readonly RoomSummary[] = [];
  readonly #joins = this.#counter("joins_total", "Joins, and what came of them.", ["role", "outcome"]);
  readonly #ends = this.#counter("peers_closed_total", "Media connections that ended, and why.", ["reason"]);
  readonly #packets = this.#counter("packets_total", "Datagrams in and out.", ["direction"]);
  readonly #bytes = this.#counter("bytes_total", "Bytes in datagrams in and out.", ["direction"]);
  readonly #again = this.#counter("packets_retransmitted_total", "Packets sent again for a listener.", []);
  readonly #dropped = this.#counter("packets_dropped_total", "Datagrams unreadable or not sent.", [
    "direction",
  ]);
  readonly #handshakes = this.#histogram("handshake_seconds", "Time of a DTLS handshake.", HANDSHAKE_BUCKETS);
  readonly #forwards = this.#histogram(
    "forward_seconds",
    "From a host's packet to the last listener in its thread; samples.",
    FORWARD_BUCKETS,
  );

  constructor({ rooms, engine, sessions, loopDelay }: MetricsOptions) {
    this.#rooms = rooms;
    this.#engine = engine;
    engine.on("counted", this.#count);
    engine.on("peer-closed", this.#closed);
    const sum = (figure: (wall: RoomSummary) => number) => () =>
      this.#walls.reduce((total, wall) => total + figure(wall), 0);
    const worst = (figure: (wall: RoomSummary) => number | null) => () =>
      this.#walls.reduce((most, wall) => Math.max(most, (figure(wall) ?? 0) / 1000), 0);
    this.#gauge(
      "listeners",
      "Listeners in all walls.",
      sum(({ stats }) => stats.listeners),
    );
    this.#gauge(
      "listeners_connected",
      "Those that get media.",
      sum(({ stats }) => stats.connected),
    );
    this.#gauge(
      "wall_lateness_seconds",
      "How late the latest screen of any wall paints, as screens report it.",
      worst(({ stats }) => stats.sync.latenessMs),
    );
    this.#gauge(
      "wall_clock_error_seconds",
      "Greatest error of a screen's clock, as screens report it.",
      worst(({ stats }) => stats.sync.clockErrorMs),
    );
    this.#gauge("peers_connecting", "Media connections that are not up yet.", () => engine.connecting);
    this.#gauge("sessions", "Pages that are connected.", sessions);
    this.#gauge("loop_delay_seconds", "Lateness of the main thread.", () => loopDelay() / 1000);
    this.#gauge("memory_bytes", "Resident memory of the process.", () => process.memoryUsage.rss());
    this.#gauge("heap_bytes", "Heap in use by the main thread.", () => process.memoryUsage().heapUsed);
    this.#gauge(
      "resources",
      "Sockets, timers and requests that keep the main thread alive.",
      () => process.getActiveResourcesInfo().length,
    );
    const states: Gauge<"state"> = this.#register(
      new Gauge({
        name: "lightwall_walls",
        help: "Walls by state.",
        labelNames: ["state"],
        registers: [],
        collect: () => {
          for (const state of STATES) {
            states.set({ state }, this.#walls.filter((wall) => wall.state === state).length);
          }
        },
      }),
    );
  }

  /** A page has tried to join. */
  join(role: Role, outcome: "joined" | ErrorCode): void {
    this.#joins.inc({ role, outcome });
  }

  /** Everything, in the text format of Prometheus. */
  async text(): Promise<{ type: string; body: string }> {
    this.#walls = this.#rooms.list();
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  /** Listens to the engine no more; idempotent. */
  close(): void {
    this.#engine.off("counted", this.#count);
    this.#engine.off("peer-closed", this.#closed);
  }

  readonly #count = (counts: Counts): void => {
    this.#packets.inc({ direction: "in" }, counts.packetsIn);
    this.#packets.inc({ direction: "out" }, counts.packetsOut);
    this.#bytes.inc({ direction: "in" }, counts.bytesIn);
    this.#bytes.inc({ direction: "out" }, counts.bytesOut);
    this.#again.inc(counts.packetsAgain);
    this.#dropped.inc({ direction: "in" }, counts.droppedIn);
    this.#dropped.inc({ direction: "out" }, counts.droppedOut);
    for (const ms of counts.handshakeMs) this.#handshakes.observe(ms / 1000);
    for (const ms of counts.forwardMs) this.#forwards.observe(ms / 1000);
  };

  readonly #closed = (_broadcast: string, _peer: string, reason: string): void => {
    this.#ends.inc({ reason });
  };

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return this.#register(new Counter({ name: `lightwall_${name}`, help, labelNames, registers: [] }));
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return this.#register(new Histogram({ name: `lightwall_${name}`, help, buckets, registers: [] }));
  }

  #gauge(name: string, help: string, value: () => number): void {
    this.#register(
      new Gauge({
        name: `lightwall_${name}`,
        help,
        registers: [],
        collect() {
          this.set(value());
        },
      }),
    );
  }

  #register<Metric extends Counter<string> | Gauge<string> | Histogram<string>>(metric: Metric): Metric {
    this.#registry.registerMetric(metric);
    return metric;
  }
}
