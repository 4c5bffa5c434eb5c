import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Chance } from "./chance.ts";
import type { Report } from "./report.ts";

/** What a thread is told. */
export type Command = { type: "host" | "stop"; number: number } | { type: "end" };

/** What a thread is started with. */
export interface Share {
  relay: string;
  thread: number;
  /** Packets that it must be able to remember. */
  packets: number;
  seed: number;
  listeners: number;
  /**
   * Packets of hosts that were sent, and for each thread those that have come there; then packets looked at,
   * of each.
   */
  shared: Int32Array;
}

/**
 * Runs so many media threads of a server with the real relay between them, until so many packets have been
 * looked at in all. Host after host comes in one thread or another, and the one before goes on for a while.
 * @param listeners most at once in each thread
 */
export async function runSeveral(
  threads: number,
  packets: number,
  seed: number,
  listeners: number,
): Promise<Report[]> {
  const chance = new Chance(seed);
  const shared = new Int32Array(new SharedArrayBuffer(4 * (1 + 2 * threads)));
  const workers = Array.from({ length: threads }, (_, thread) => {
    // Threads do not get on equally well: each must be able to remember the most of the work.
    const share: Share = { relay: `check ${seed}`, thread, packets, seed: seed + thread, listeners, shared };
    return new Worker(new URL("./worker.ts", import.meta.url), { workerData: share });
  });
  const failed = Promise.race(
    workers.map((worker) => once(worker, "error").then(([error]) => Promise.reject(error))),
  );
  const tell = (thread: number, command: Command) => workers[thread]!.postMessage(command);
  const isDone = () => shared.slice(1 + threads).reduce((sum, one) => sum + one, 0) >= packets;
  /** Waits for so many packets of hosts. */
  const sent = async (count: number) => {
    for (const until = Atomics.load(shared, 0) + count; Atomics.load(shared, 0) < until && !isDone(); )
      await delay(1);
  };
  const play = async () => {
    for (let number = 1, before = -1; !isDone(); number++) {
      const thread = chance.upTo(threads);
      tell(thread, { type: "host", number });
      await sent(chance.next() ** 2 * 40);
      if (before >= 0) tell(before, { type: "stop", number: number - 1 });
      before = thread;
      await sent(chance.next() * 50);
    }
  };
  await Promise.race([play(), failed]);
  const reports = workers.map((worker) => once(worker, "message"));
  for (const worker of workers) worker.postMessage({ type: "end" } satisfies Command);
  const all = await Promise.race([Promise.all(reports), failed]);
  await Promise.all(workers.map((worker) => worker.terminate()));
  return (all as [Report][]).map(([report]) => report);
}
