import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { SeededRandom } from "../support/seeded-random.ts";
import { idle, type Report, Simulation } from "./simulation.ts";

/** A message to a thread: start or stop a host, or end. */
export type Command = { type: "host" | "stop"; number: number } | { type: "end" };

/** The start parameters of a thread. */
export interface ThreadOptions {
  /** Name of the relay. */
  relay: string;
  thread: number;
  /** Packets that its verifier must be able to remember. */
  packets: number;
  seed: number;
  listeners: number;
  /**
   * Counters of all threads: first, packets that hosts have sent; then, for each thread, packets that it has
   * received; then, for each thread, packets that it has verified.
   */
  counters: Int32Array;
}

/**
 * Runs one simulated media thread in this thread, until a number of packets is verified.
 * @param listeners greatest number of listeners at a time
 */
export async function runOneThread(packets: number, seed: number, listeners: number): Promise<Report> {
  const random = new SeededRandom(seed);
  const simulation = new Simulation({ random, listeners, packets, thread: 0 });
  const begun = performance.now();
  let host = 1;
  simulation.addHost(host);
  while (simulation.verifier.packets < packets) {
    simulation.step();
    if (random.happens(0.004)) {
      // Both hosts are live for a short time, as when a host's page is loaded again.
      simulation.addHost(++host);
      for (let n = random.below(10); n > 0; n--) simulation.step();
      simulation.removeHost(host - 1);
    }
    await idle(random);
  }
  simulation.close();
  const { verifier, counts } = simulation;
  const seconds = (performance.now() - begun) / 1000;
  return { packets: verifier.packets, repeats: verifier.repeats, faults: verifier.faults, counts, seconds };
}

/**
 * Runs simulated media threads with the real relay between them, until they have verified a number of packets
 * together. New hosts start in random threads, each while the previous host is still live.
 * @param listeners greatest number of listeners at a time in each thread
 */
export async function runThreads(
  threads: number,
  packets: number,
  seed: number,
  listeners: number,
): Promise<Report[]> {
  const random = new SeededRandom(seed);
  const counters = new Int32Array(new SharedArrayBuffer(4 * (1 + 2 * threads)));
  const workers = Array.from({ length: threads }, (_, thread) => {
    // Each verifier must be able to remember all packets, because threads run at different speeds.
    const rest = { thread, packets, seed: seed + thread, listeners, counters };
    const options: ThreadOptions = { relay: `check ${seed}`, ...rest };
    return new Worker(new URL("./worker.ts", import.meta.url), { workerData: options });
  });
  const failed = Promise.race(
    workers.map((worker) => once(worker, "error").then(([error]) => Promise.reject(error))),
  );
  const send = (thread: number, command: Command) => workers[thread]!.postMessage(command);
  const isDone = () => counters.slice(1 + threads).reduce((sum, one) => sum + one, 0) >= packets;
  /** Waits until hosts have sent a number of packets more. */
  const sent = async (count: number) => {
    const end = Atomics.load(counters, 0) + count;
    while (Atomics.load(counters, 0) < end && !isDone()) await delay(1);
  };
  const play = async () => {
    for (let number = 1, before = -1; !isDone(); number++) {
      const thread = random.below(threads);
      send(thread, { type: "host", number });
      await sent(random.next() ** 2 * 40);
      if (before >= 0) send(before, { type: "stop", number: number - 1 });
      before = thread;
      await sent(random.next() * 50);
    }
  };
  await Promise.race([play(), failed]);
  const reports = workers.map((worker) => once(worker, "message"));
  for (const worker of workers) worker.postMessage({ type: "end" } satisfies Command);
  const all = await Promise.race([Promise.all(reports), failed]);
  await Promise.all(workers.map((worker) => worker.terminate()));
  return (all as [Report][]).map(([report]) => report);
}
