import { Cluster } from "../cluster/cluster.ts";
import type { Config } from "../config/config.ts";
import { connectNats } from "../relay/nats.ts";
import { type Finding, ok } from "./findings.ts";

/** Whether NATS, by which several servers carry the same walls, can be reached and keeps what they share. */
export async function relayFindings({ relay, nodeUrl, wallsKeptMs }: Config): Promise<Finding[]> {
  if (!relay) return [];
  const where = relay.urls.map((url) => new URL(url).host).join(", ");
  try {
    const bus = await connectNats(relay, "lightwall doctor");
    try {
      await Cluster.openShelves(bus, { secret: new Uint8Array(32), wallsKeptMs });
    } finally {
      await bus.close();
    }
  } catch (error) {
    const advice = "See docs/scale.md. Until then this server starts only with RELAY_OPTIONAL=true.";
    return [{ level: "problem", text: (error as Error).message, advice }];
  }
  const reached = ok(`NATS at ${where} answers, and keeps what several servers share.`);
  if (nodeUrl !== "") return [reached];
  return [
    reached,
    {
      level: "note",
      text: "NODE_URL is not set: pages come back by the address at which they were opened.",
      advice:
        "Set it to this server's own address, or see that a load balancer leads to a server that lives.",
    },
  ];
}
