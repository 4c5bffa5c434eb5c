/**
 * `npm run soak [-- <minutes>]`: joins and leaves at 20 a second, hosts that come and go, for half an hour
 * unless told otherwise. Fails if the server keeps anything of those who have left. The last line is JSON.
 */
import { setTimeout as delay } from "node:timers/promises";
import { LeanHost } from "../support/lean-host.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { ServerProcess } from "../support/server-process.ts";

const MINUTES = Number(process.argv[2] ?? 30);
/** Between two joins, ms. */
const PACE = 50;
/** How long a listener stays, ms. */
const STAY = 1_000;
/** How long a host stays, ms. */
const HOSTED = 10_000;
/** Between two looks at the server, ms. */
const LOOK = 5_000;
/** Until the server has noticed that everyone is gone, ms: half-open peers wait for 15 seconds. */
const REST = 20_000;
/** What is noise: bytes of heap and of resident memory, from the least in the second quarter to that in the last. */
const NOISE = { heap: 8 * 2 ** 20, memory: 32 * 2 ** 20 };

/** What the server says of itself. */
interface Figures {
  sessions: number;
  resources: number;
  peers: number;
  heap: number;
  memory: number;
}

async function look(server: ServerProcess): Promise<Figures> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const figure = (name: string) => Number(new RegExp(`^lightwall_${name} (\\S+)`, "m").exec(text)?.[1]);
  return {
    sessions: figure("sessions"),
    resources: figure("resources"),
    peers: figure("peers_connecting") + figure("listeners_connected"),
    heap: figure("heap_bytes"),
    memory: figure("memory_bytes"),
  };
}

const server = await ServerProcess.start({
  HOST: "127.0.0.1",
  ROOMS_MAX: "100000",
  ROOMS_PER_HOUR: "100000",
  ROOM_IDLE_MINUTES: "1",
});
await delay(1_000);
const before = await look(server);
const end = performance.now() + MINUTES * 60_000;
const looks: Figures[] = [];
let joins = 0;
let failed = 0;
let host = await newHost();
let hostedSince = performance.now();

/** A host that goes live; a machine that is busy with other things may be too slow at first. */
async function newHost(): Promise<LeanHost> {
  for (;;) {
    try {
      return await LeanHost.start(server.port, server.udpPort);
    } catch {
      failed += 1;
      await delay(1_000);
    }
  }
}

/** Every third leaves with its handshake half done. */
async function comeAndGo(code: string, connects: boolean): Promise<void> {
  const listener = await LeanListener.join(server.port, code, { connects });
  await delay(STAY);
  listener.close();
}

let lookedAt = performance.now();
while (performance.now() < end) {
  joins += 1;
  comeAndGo(host.code, joins % 3 !== 0).catch(() => {
    failed += 1;
  });
  if (performance.now() - hostedSince > HOSTED) {
    // Every other wall is left to itself, every other closed.
    if (joins % 2 === 0) host.signal.send({ type: "close-room" });
    await host.close();
    host = await newHost();
    hostedSince = performance.now();
  }
  if (performance.now() - lookedAt > LOOK) {
    looks.push(await look(server));
    lookedAt = performance.now();
  }
  await delay(PACE);
}
host.signal.send({ type: "close-room" });
await host.close();
await delay(REST);
const after = await look(server);
await server.close();

const quarter = Math.max(1, Math.floor(looks.length / 4));
const grown = (figure: "heap" | "memory") =>
  Math.min(...looks.slice(-quarter).map((one) => one[figure])) -
  Math.min(...looks.slice(quarter, 2 * quarter).map((one) => one[figure]));
const growth = { heap: grown("heap"), memory: grown("memory") };
const problems = [
  ...(after.sessions > 0 ? [`${after.sessions} sessions are left`] : []),
  ...(after.peers > 0 ? [`${after.peers} peers are left`] : []),
  // The connection that asks may be one more than when it was asked first.
  ...(after.resources > before.resources + 1
    ? [`${after.resources - before.resources} sockets or timers are left`]
    : []),
  ...(growth.heap > NOISE.heap ? [`the heap grew by ${growth.heap} bytes`] : []),
  ...(growth.memory > NOISE.memory ? [`memory grew by ${growth.memory} bytes`] : []),
  ...(server.errors.length > 0 ? [`${server.errors.length} errors are logged`] : []),
];
console.log(JSON.stringify({ minutes: MINUTES, joins, failed, growth, before, after, problems }));
process.exit(problems.length === 0 ? 0 : 1);
