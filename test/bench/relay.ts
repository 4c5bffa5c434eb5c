/**
 * `npm run bench:relay`: a broadcast between two servers over a real NATS, all on this machine. Measures how
 * much later its packets reach a listener at the other server than one at the host's, the processor time of a
 * packet on each side of the hop, and what goes over NATS while 1, 10 and 1,000 listeners are at the other
 * server. The last line is JSON. Exits with 1 if an aim is missed.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { LeanHost } from "../support/lean-host.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { NatsServer } from "../support/nats.ts";
import { freePort } from "../support/ports.ts";
import { ServerProcess } from "../support/server-process.ts";
import { percentile } from "./wall/figures.ts";

/** Listeners at the other server. */
const CROWDS = [1, 10, 1_000] as const;
/** How long delays are measured, and the traffic of each crowd, ms. */
const WATCH_MS = 10_000;
/** Listeners that join at the same time. */
const JOINING = 10;
/** Greatest delay of the 95th packet of a hundred, ms. */
const DELAY_P95_MAX_MS = 5;
/** A thousand listeners may add this share to the traffic of one: their reports to the host's server. */
const GROWTH_MAX = 0.1;
const HOP = fileURLToPath(new URL("relay/hop.ts", import.meta.url));

const log = (text: string) => process.stderr.write(`${text}\n`);

const monitor = await freePort();
const nats = await NatsServer.start(["-m", String(monitor)]);
const secret = randomBytes(32);
const open: { close(): unknown }[] = [];
try {
  log("The processor time of a packet on each side …");
  const cpu = await hopUs();
  const env = { HOST: "127.0.0.1", RELAY_URL: nats.url, SECRET: secret.toString("base64"), WORKERS: "1" };
  const [here, there] = [await startServer(env), await startServer(env)];
  const host = await LeanHost.start(here.port, here.udpPort);
  open.push(host);
  const near = await join(here, host.code);
  const crowd: LeanListener[] = [];
  const natsBytes: Record<number, number> = {};
  let delays: number[] = [];
  for (const size of CROWDS) {
    log(`${size} listeners at the other server …`);
    while (crowd.length < size) {
      const count = Math.min(JOINING, size - crowd.length);
      crowd.push(...(await Promise.all(Array.from({ length: count }, () => join(there, host.code)))));
    }
    await delay(2_000);
    const arrivals = size === 1 ? [watch(near), watch(crowd[0]!)] : [];
    const before = await bytesOut();
    await delay(WATCH_MS);
    natsBytes[size] = Math.round(((await bytesOut()) - before) / (WATCH_MS / 1_000));
    const [first, second] = arrivals;
    if (first && second) {
      delays = [...second].flatMap(([time, at]) => (first.has(time) ? [at - first.get(time)!] : []));
    }
  }
  const result = {
    packets: delays.length,
    addedDelayP50Ms: round(percentile(delays, 0.5)),
    addedDelayP95Ms: round(percentile(delays, 0.95)),
    addedDelayMaxMs: round(Math.max(...delays)),
    ...cpu,
    natsBytesPerSecond: natsBytes,
  };
  const isMissed =
    result.addedDelayP95Ms > DELAY_P95_MAX_MS || natsBytes[1_000]! > natsBytes[1]! * (1 + GROWTH_MAX);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = isMissed ? 1 : 0;
} finally {
  for (const one of open.splice(0).reverse()) await one.close();
  await nats.close();
}

async function startServer(env: Record<string, string>): Promise<ServerProcess> {
  const server = await ServerProcess.start(env);
  open.push(server);
  return server;
}

async function join(server: ServerProcess, code: string): Promise<LeanListener> {
  const listener = await LeanListener.join(server.port, code);
  open.push(listener);
  return listener;
}

/** Notes when each packet reaches a listener, by its RTP time, which is the same at all servers. */
function watch({ socket }: LeanListener): Map<number, number> {
  const arrivals = new Map<number, number>();
  socket.on("message", (datagram) => {
    const isRtp = datagram[0]! >= 128 && (datagram[1]! < 192 || datagram[1]! > 223);
    if (isRtp) arrivals.set(datagram.readUInt32BE(4), performance.now());
  });
  return arrivals;
}

/** Bytes that NATS has sent to its clients. */
async function bytesOut(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${monitor}/varz`);
  return ((await response.json()) as { out_bytes: number }).out_bytes;
}

/** Processor time of a packet where it is sent, and where it is received, µs. */
async function hopUs(): Promise<{ sendUs: number; receiveUs: number }> {
  const receiver = startHop("receive");
  await receiver.isReady;
  const sender = startHop("send");
  const [sent, received] = await Promise.all([sender.result, receiver.result]);
  return { sendUs: round(sent.us), receiveUs: round(received.us) };
}

function startHop(role: "send" | "receive") {
  const child = spawn(process.execPath, [HOP, role, nats.url, secret.toString("hex")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const { promise, resolve } = Promise.withResolvers<{ packets: number; us: number }>();
  lines.on("line", (line) => line.startsWith("{") && resolve(JSON.parse(line)));
  return { isReady: once(lines, "line"), result: promise };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
