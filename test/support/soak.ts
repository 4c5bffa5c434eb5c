import { setTimeout as delay } from "node:timers/promises";
import { Inspector } from "./inspector.ts";
import { LeanHost } from "./lean-host.ts";
import { LeanListener } from "./lean-listener.ts";
import { ServerProcess } from "./server-process.ts";

export interface SoakOptions {
  /** Joins and leaves in total. */
  joins: number;
  /** Joins to each wall, before its host leaves and the next one comes. */
  joinsPerHost: number;
}

/** Resources of the server at a moment when all listeners and hosts have left. */
interface Held {
  /** Joins so far. */
  joins: number;
  /** WebSocket sessions. */
  sessions: number;
  /** Peers, connecting and connected. */
  peers: number;
  /** Sockets, timers and requests of the main thread. */
  resources: number;
  /** Heap of each thread after a garbage collection, bytes. */
  heaps: Record<string, number>;
  /** Resident memory, bytes. */
  memory: number;
}

export interface SoakResult {
  /** Joins in total. */
  joins: number;
  /** Hosts in total, each with a wall of its own. */
  hosts: number;
  /** Joins a second, without the time of the checks. */
  joinsPerSecond: number;
  /** Number of failed joins by reason. */
  failures: Record<string, number>;
  /** The resources at each check. */
  held: Held[];
  /** The failures of the run, in words; empty if there are none. */
  problems: string[];
}

/** Listeners that join, stay and leave at the same time. */
const CONCURRENT = 32;
/** How long a listener stays. */
const STAY_MS = 200;
/** Checks of the resources. The first one is after a quarter of the joins, when the server is warm. */
const CHECKS = 4;
/** How long the server may take to release the peers: unfinished handshakes end after 15 seconds. */
const RELEASE_TIMEOUT_MS = 25_000;
/**
 * Growth between the first and the last check that counts as noise. The heap varies with the code that the
 * compiler has optimised: in 800 joins it grows by 1 MB, and from the 2,400th to the 3,200th by 0.2. Resident
 * memory varies with the pages that the allocator has released.
 */
const NOISE_BYTES = { heap: 1.5 * 2 ** 20, memory: 32 * 2 ** 20 };
/** Limit of a server all of whose clients have the same address. */
const UNLIMITED = "100000";

/**
 * Lets listeners and hosts join and leave as fast as the machine can, and checks whether the server keeps
 * resources of those that have left. Every third listener leaves before its handshake ends. Every second wall
 * is closed by its host; the others are abandoned.
 */
export async function soak({ joins, joinsPerHost }: SoakOptions): Promise<SoakResult> {
  const server = await ServerProcess.start({
    HOST: "127.0.0.1",
    NODE_OPTIONS: "--inspect=127.0.0.1:0",
    WALLS_MAX: UNLIMITED,
    WALLS_PER_HOUR: UNLIMITED,
    JOINS_PER_MINUTE: UNLIMITED,
    WALL_IDLE_MINUTES: "1",
  });
  const inspector = await Inspector.connect(server.inspectorUrl);
  const failures: Record<string, number> = {};
  const held: Held[] = [];
  let begun = 0;
  let hosts = 0;

  async function joinAndLeave(code: string): Promise<void> {
    try {
      const listener = await LeanListener.join(server.port, code, { connects: begun % 3 !== 0 });
      await delay(STAY_MS);
      listener.close();
    } catch (error) {
      const { message } = error as Error;
      failures[message] = (failures[message] ?? 0) + 1;
    }
  }

  /** Runs one wall from its start to its end. */
  async function wall(): Promise<void> {
    const host = await LeanHost.start(server.port, server.udpPort);
    hosts += 1;
    const last = Math.min(joins, begun + joinsPerHost);
    const visits = Array.from({ length: CONCURRENT }, async () => {
      while (begun < last) {
        begun += 1;
        await joinAndLeave(host.code);
      }
    });
    await Promise.all(visits);
    if (hosts % 2 === 0) host.signal.send({ type: "close-room" });
    await host.close();
  }

  async function figures(): Promise<Omit<Held, "joins" | "heaps">> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const figure = (name: string) => Number(new RegExp(`^lightwall_${name} (\\S+)`, "m").exec(text)?.[1]);
    return {
      sessions: figure("sessions"),
      peers: figure("peers_connecting") + figure("listeners_connected"),
      resources: figure("resources"),
      memory: figure("memory_bytes"),
    };
  }

  async function check(): Promise<Held> {
    const end = performance.now() + RELEASE_TIMEOUT_MS;
    for (;;) {
      const now = await figures();
      if (now.sessions + now.peers === 0 || performance.now() > end)
        return { joins: begun, ...now, heaps: await inspector.heaps() };
      await delay(100);
    }
  }

  const started = performance.now();
  let checkingMs = 0;
  for (let checks = 1; checks <= CHECKS; checks++) {
    while (begun < (joins * checks) / CHECKS) await wall();
    const from = performance.now();
    held.push(await check());
    checkingMs += performance.now() - from;
  }
  const joinsPerSecond = Math.round((begun * 1_000) / (performance.now() - started - checkingMs));
  inspector.close();
  await server.close();
  const problems = [
    ...Object.entries(failures).map(([reason, count]) => `${count} joins failed: ${reason}`),
    ...growth(held[0]!, held.at(-1)!),
    ...(server.errors.length > 0 ? [`${server.errors.length} errors are logged`] : []),
  ];
  return { joins: begun, hosts, joinsPerSecond, failures, held, problems };
}

/** Describes the resources that have grown between two checks. */
export function growth(first: Held, last: Held): string[] {
  const grown = (what: string, before: number, after: number, noise: number) =>
    after - before > noise ? [`${what} grew from ${before} to ${after}`] : [];
  return [
    ...(last.sessions > 0 ? [`${last.sessions} sessions are left`] : []),
    ...(last.peers > 0 ? [`${last.peers} peers are left`] : []),
    // The connection of the check itself may be one more than at the first check.
    ...grown("sockets and timers", first.resources, last.resources, 1),
    ...Object.keys(first.heaps).flatMap((thread) =>
      grown(`the heap of ${thread}`, first.heaps[thread]!, last.heaps[thread]!, NOISE_BYTES.heap),
    ),
    ...grown("resident memory", first.memory, last.memory, NOISE_BYTES.memory),
  ];
}
