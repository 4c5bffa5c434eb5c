import { setTimeout as delay } from "node:timers/promises";
import { Inspector } from "./inspector.ts";
import { LeanHost } from "./lean-host.ts";
import { LeanListener } from "./lean-listener.ts";
import { ServerProcess } from "./server-process.ts";

export interface SoakOptions {
  /** Joins and leaves in all. */
  joins: number;
  /** Joins to one wall, before its host goes and another one comes. */
  joinsPerHost: number;
}

/** What the server holds at a moment when everyone has left. */
interface Held {
  joins: number;
  sessions: number;
  peers: number;
  /** Sockets, timers and requests of the main thread. */
  resources: number;
  /** Heap of each thread after all that can be collected is, bytes. */
  heaps: Record<string, number>;
  /** Resident memory, bytes. */
  memory: number;
}

export interface SoakResult {
  joins: number;
  hosts: number;
  joinsPerSecond: number;
  /** Why joins failed, and how many by each reason. */
  failures: Record<string, number>;
  held: Held[];
  /** What is wrong, in words; empty when all is well. */
  problems: string[];
}

/** Listeners that come, stay or leave at the same time. */
const AT_ONCE = 32;
/** How long a listener stays, ms. */
const STAY = 200;
/** Looks at what the server holds; the first one is when it has seen a quarter of all, and is warm. */
const LOOKS = 4;
/** Until the server has noticed that everyone is gone, ms: half-open peers wait for 15 seconds. */
const SETTLED = 25_000;
/**
 * What is noise between the first look and the last, bytes. Heaps waver with what the compiler has optimised
 * meanwhile; resident memory with what the allocator has given back.
 */
const NOISE = { heap: 2 ** 20, memory: 32 * 2 ** 20 };
/** For a server that has the whole world behind one address. */
const UNLIMITED = "100000";

/**
 * Lets listeners join and leave and hosts come and go as fast as the machine can, and looks whether the
 * server keeps anything of those who have left. Every third listener leaves with its handshake half done;
 * every other wall is closed, the others are left to themselves.
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

  async function comeAndGo(code: string): Promise<void> {
    try {
      const listener = await LeanListener.join(server.port, code, { connects: begun % 3 !== 0 });
      await delay(STAY);
      listener.close();
    } catch (error) {
      const { message } = error as Error;
      failures[message] = (failures[message] ?? 0) + 1;
    }
  }

  /** One host and its listeners, from first to last. */
  async function wall(): Promise<void> {
    const host = await LeanHost.start(server.port, server.udpPort);
    hosts += 1;
    const last = Math.min(joins, begun + joinsPerHost);
    const visits = Array.from({ length: AT_ONCE }, async () => {
      while (begun < last) {
        begun += 1;
        await comeAndGo(host.code);
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

  async function look(): Promise<Held> {
    const end = performance.now() + SETTLED;
    for (;;) {
      const now = await figures();
      if (now.sessions + now.peers === 0 || performance.now() > end)
        return { joins: begun, ...now, heaps: await inspector.heaps() };
      await delay(100);
    }
  }

  const started = performance.now();
  let looking = 0;
  for (let looks = 1; looks <= LOOKS; looks++) {
    while (begun < (joins * looks) / LOOKS) await wall();
    const from = performance.now();
    held.push(await look());
    looking += performance.now() - from;
  }
  const joinsPerSecond = Math.round((begun * 1_000) / (performance.now() - started - looking));
  inspector.close();
  await server.close();
  const problems = [
    ...Object.entries(failures).map(([reason, count]) => `${count} joins failed: ${reason}`),
    ...growth(held[0]!, held.at(-1)!),
    ...(server.errors.length > 0 ? [`${server.errors.length} errors are logged`] : []),
  ];
  return { joins: begun, hosts, joinsPerSecond, failures, held, problems };
}

/** What the server still holds of those who came and went between two looks. */
export function growth(first: Held, last: Held): string[] {
  const grown = (what: string, before: number, after: number, noise: number) =>
    after - before > noise ? [`${what} grew from ${before} to ${after}`] : [];
  return [
    ...(last.sessions > 0 ? [`${last.sessions} sessions are left`] : []),
    ...(last.peers > 0 ? [`${last.peers} peers are left`] : []),
    // The connection that asks may be one more than at the first look.
    ...grown("sockets and timers", first.resources, last.resources, 1),
    ...Object.keys(first.heaps).flatMap((thread) =>
      grown(`the heap of ${thread}`, first.heaps[thread]!, last.heaps[thread]!, NOISE.heap),
    ),
    ...grown("resident memory", first.memory, last.memory, NOISE.memory),
  ];
}
