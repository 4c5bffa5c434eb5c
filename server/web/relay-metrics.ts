import { Counter, Gauge, type Registry } from "prom-client";
import type { MediaEngine } from "../media/media-engine.ts";
import type { RelayCounts } from "../relay/bridge.ts";

export interface RelayMetricsOptions {
  readonly registry: Registry;
  readonly engine: Pick<MediaEngine, "on" | "off">;
  /** The servers that carry the same walls. */
  readonly cluster: {
    readonly nodes: { readonly all: readonly unknown[] };
    readonly isConnected: boolean;
    /** Messages of which nothing was taken. */
    readonly refused: number;
    /** `error`: the greatest possible one, ms; undefined at the server that is the reference. */
    readonly clock: { readonly error: number | undefined };
  };
}

/** Adds the metrics of a server that carries its walls together with others. @returns ends them */
export function addRelayMetrics({ registry, engine, cluster }: RelayMetricsOptions): () => void {
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `lightwall_relay_${name}_total`, help, labelNames, registers: [registry] });
  const packets = counter("packets", "Packets of broadcasts between this server and others.", ["direction"]);
  const bytes = counter("bytes", "Bytes of these packets, as NATS gets them.", ["direction"]);
  const missing = counter("missing", "Packets that were lost between servers, and were asked for.", []);
  const repaired = counter("repaired", "Packets that were sent again for another server.", []);
  const refused = counter("refused", "Packets that no server of this installation has sent.", []);
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `lightwall_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  gauge("nodes", "Other servers that are there.", () => cluster.nodes.all.length);
  new Counter({
    name: "lightwall_node_messages_refused_total",
    help: "Messages of nodes of which nothing was taken.",
    registers: [registry],
    collect() {
      this.reset();
      this.inc(cluster.refused);
    },
  });
  gauge("relay_connected", "Whether NATS can be reached: 1 or 0.", () => (cluster.isConnected ? 1 : 0));
  gauge(
    "clock_error_seconds",
    "Greatest error of the wall clock against the server that is the reference; 0 there.",
    () => (cluster.clock.error ?? 0) / 1000,
  );
  const count = (counts: RelayCounts) => {
    packets.inc({ direction: "in" }, counts.packetsIn);
    packets.inc({ direction: "out" }, counts.packetsOut);
    bytes.inc({ direction: "in" }, counts.bytesIn);
    bytes.inc({ direction: "out" }, counts.bytesOut);
    missing.inc(counts.missing);
    repaired.inc(counts.repaired);
    refused.inc(counts.refused);
  };
  engine.on("relayed", count);
  return () => engine.off("relayed", count);
}
