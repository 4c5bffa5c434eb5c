import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Counts } from "../media/counters.ts";
import type { MediaEngine } from "../media/media-engine.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import type { Role, RoomState } from "../protocol/messages.ts";
import type { Rooms } from "../room/rooms.ts";
import type { RoomSummary } from "../room/summary.ts";
import { addRelayMetrics, type RelayMetricsOptions } from "./relay-metrics.ts";

export interface MetricsOptions {
  readonly rooms: Pick<Rooms, "list">;
  readonly engine: MediaEngine;
  /** Number of connected pages. */
  readonly sessions: () => number;
  /** Number of programs that are connected by WHIP or WHEP. */
  readonly programs: () => number;
  /** Number of programs that follow walls by server-sent events. */
  readonly followers: () => number;
  /** Recent delay of the main thread's event loop, ms. */
  readonly loopDelayMs: () => number;
  /** The servers that carry the same walls; undefined where there is one. */
  readonly cluster?: RelayMetricsOptions["cluster"] | undefined;
}

const STATES: readonly RoomState[] = ["waiting", "live", "host-away"];
/** Upper bounds of the histogram of handshake times. */
const HANDSHAKE_BUCKETS_S = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
/** Upper bounds of the histogram of forwarding times. */
const FORWARD_BUCKETS_S = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

/** The metrics for Prometheus: sums over all walls. They contain nothing about a single wall or person. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #rooms: MetricsOptions["rooms"];
  readonly #engine: MediaEngine;
  /** All walls at the last scrape. */
  #walls: readonly RoomSummary[] = [];
  readonly #joins = this.#counter("joins_total", "Attempts to join, by outcome.", ["role", "outcome"]);
  readonly #ends = this.#counter("peers_closed_total", "Media connections that ended, by reason.", [
    "reason",
  ]);
  readonly #packets = this.#counter("packets_total", "Datagrams, by direction.", ["direction"]);
  readonly #bytes = this.#counter("bytes_total", "Bytes in datagrams, by direction.", ["direction"]);
  readonly #retransmitted = this.#counter(
    "packets_retransmitted_total",
    "Packets that were retransmitted to listeners.",
    [],
  );
  readonly #dropped = this.#counter("packets_dropped_total", "Datagrams that could not be read or sent.", [
    "direction",
  ]);
  readonly #pictures = this.#counter(
    "picture_packets_total",
    "Packets of pictures that hosts have sent and that were forwarded.",
    [],
  );
  readonly #keyframes = this.#counter(
    "keyframes_requested_total",
    "Requests for key frames that were sent to hosts.",
    [],
  );
  readonly #handshakes = this.#histogram(
    "handshake_seconds",
    "Duration of a DTLS handshake.",
    HANDSHAKE_BUCKETS_S,
  );
  readonly #forwards = this.#histogram(
    "forward_seconds",
    "Time from a host's packet until its media thread has sent it to the last listener; sampled.",
    FORWARD_BUCKETS_S,
  );

  readonly #endRelay: () => void;

  constructor(options: MetricsOptions) {
    const { rooms, engine, sessions, programs, followers, loopDelayMs, cluster } = options;
    const registry = this.#registry;
    this.#endRelay = cluster ? addRelayMetrics({ registry, engine, cluster }) : () => {};
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
      "Listeners of all walls.",
      sum(({ stats }) => stats.listeners),
    );
    this.#gauge(
      "listeners_connected",
      "Listeners that receive media.",
      sum(({ stats }) => stats.connected),
    );
    this.#gauge(
      "listeners_over_socket",
      "Listeners that receive frames over their WebSockets, for lack of UDP or while they connect.",
      sum(({ stats }) => stats.overSocket),
    );
    this.#gauge(
      "listeners_relayed",
      "Listeners that receive media through a TURN server, as reported by screens.",
      sum(({ stats }) => stats.relayed),
    );
    this.#gauge(
      "wall_lateness_seconds",
      "Lateness of the latest screen of all walls, as reported by screens.",
      worst(({ stats }) => stats.sync.latenessMs),
    );
    this.#gauge(
      "wall_clock_error_seconds",
      "Greatest clock error of a screen, as reported by screens.",
      worst(({ stats }) => stats.sync.clockErrorMs),
    );
    this.#gauge(
      "peers_connecting",
      "Media connections that are not established yet.",
      () => engine.connecting,
    );
    this.#gauge("sessions", "Connected pages.", sessions);
    this.#gauge("programs", "Programs that send or receive by WHIP or WHEP.", programs);
    this.#gauge("followers", "Programs that follow walls by server-sent events.", followers);
    this.#gauge("loop_delay_seconds", "Delay of the main thread's event loop.", () => loopDelayMs() / 1000);
    this.#gauge("memory_bytes", "Resident memory of the process.", () => process.memoryUsage.rss());
    this.#gauge("heap_bytes", "Heap that the main thread uses.", () => process.memoryUsage().heapUsed);
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

  /** Counts an attempt to join. */
  join(role: Role | "whip" | "whep", outcome: "joined" | ErrorCode): void {
    this.#joins.inc({ role, outcome });
  }

  /** All metrics in the text format of Prometheus. */
  async text(): Promise<{ type: string; body: string }> {
    this.#walls = this.#rooms.list();
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  /** Removes the listeners from the engine; idempotent. */
  close(): void {
    this.#engine.off("counted", this.#count);
    this.#engine.off("peer-closed", this.#closed);
    this.#endRelay();
  }

  readonly #count = (counts: Counts): void => {
    this.#packets.inc({ direction: "in" }, counts.packetsIn);
    this.#packets.inc({ direction: "out" }, counts.packetsOut);
    this.#bytes.inc({ direction: "in" }, counts.bytesIn);
    this.#bytes.inc({ direction: "out" }, counts.bytesOut);
    this.#retransmitted.inc(counts.packetsRetransmitted);
    this.#dropped.inc({ direction: "in" }, counts.droppedIn);
    this.#dropped.inc({ direction: "out" }, counts.droppedOut);
    this.#dropped.inc({ direction: "picture" }, counts.picturesDropped);
    this.#pictures.inc(counts.picturesIn);
    this.#keyframes.inc(counts.keyframesRequested);
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
