/**
 * One end of a broadcast between two machines, for `bench:relay`: `node hop.ts send|receive <NATS> <secret>`.
 * Sends packets at a host's rate for many walls, or receives them. Prints its processor time a packet, µs.
 */
import { setTimeout as delay } from "node:timers/promises";
import { Bridge } from "../../../server/relay/bridge.ts";
import { connectNats } from "../../../server/relay/nats.ts";
import type { Relay, RelayedPacket } from "../../../server/relay/relay.ts";

/** Walls whose sound goes over the hop at the same time. */
const WALLS = 100;
const PACKET_TIME_MS = 20;
const SECONDS = 10;
/** As large as an Opus packet at 128 kb/s. */
const payload = Buffer.alloc(320, 1);

const [role, url = "", secret = ""] = process.argv.slice(2);
const codes = Array.from({ length: WALLS }, (_, n) => `WALL${n}`);
const receivers = new Map<string, (packet: RelayedPacket) => void>();
let received = 0;
const local: Relay = {
  publish: () => {
    received++;
  },
  subscribe: (code, receive) => {
    receivers.set(code, receive);
    return () => receivers.delete(code);
  },
};
const bus = await connectNats({ urls: [url], credentials: "", authority: "" }, `bench ${role}`);
const bridge = new Bridge({ bus, local, secret: Buffer.from(secret, "hex"), now: () => performance.now() });
for (const code of codes) {
  if (role === "send") bridge.send(code);
  else bridge.receive(code);
}
await bus.connection.flush();
process.stdout.write("ready\n");

/** What this process costs while nothing goes over the hop: its timers and NATS's own. */
async function idleUs(ms: number): Promise<number> {
  const before = process.cpuUsage();
  await delay(ms);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ms;
}

const idle = await idleUs(1_000);
const before = process.cpuUsage();
const begin = performance.now();
let sent = 0;
if (role === "send") {
  for (let index = 0; index * PACKET_TIME_MS < SECONDS * 1_000; index++) {
    await delay(Math.max(0, begin + index * PACKET_TIME_MS - performance.now()));
    for (const code of codes) {
      const packet = { publisher: 1, ssrc: 1, index, timestamp: index * 960, marker: false, payload };
      receivers.get(code)?.(packet);
      sent++;
    }
  }
} else await delay((SECONDS + 1) * 1_000);
const { user, system } = process.cpuUsage(before);
const packets = role === "send" ? sent : received;
const us = (user + system - idle * (performance.now() - begin)) / packets;
process.stdout.write(`${JSON.stringify({ packets, us })}\n`);
bridge.close();
await bus.close();
