import { setTimeout as delay } from "node:timers/promises";
import { BroadcastChannel } from "node:worker_threads";

/** Name of the channel for requests to threads. */
export const CHANNEL = "lightwall fuzz";

/** A request to every thread for its usage of memory and processor. */
export interface UsageRequest {
  request: number;
  /** Whether the thread collects garbage first. */
  collects: boolean;
}

export interface ThreadUsage {
  request: number;
  thread: number;
  /** Bytes of the thread's JavaScript heap and buffers. */
  memoryBytes: number;
  /** Processor time since the thread began. Unlike the clock, it excludes the time of other programs. */
  cpuMs: number;
}

/** How long threads may take to answer. */
const ANSWER_TIMEOUT_MS = 20_000;

/** The calling thread's usage. */
export function threadUsage(thread: number, { request, collects }: UsageRequest): ThreadUsage {
  // Twice, because the second collection frees what finalizers release after the first.
  for (let times = collects ? 2 : 0; times > 0; times--) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { request, thread, memoryBytes: heapUsed + external, cpuMs: threadCpuMs() };
}

/** Processor time of the calling thread. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

let requests = 0;

/**
 * Requests the usage of other threads, which must have loaded probe.ts.
 * @param count the number of these threads
 * @throws Error if one does not answer
 */
export async function askThreads(count: number, collects: boolean): Promise<ThreadUsage[]> {
  const channel = new BroadcastChannel(CHANNEL);
  const request = ++requests;
  const answers: ThreadUsage[] = [];
  const all = Promise.withResolvers<void>();
  channel.onmessage = (event) => {
    const { data } = event as { data: UsageRequest | ThreadUsage };
    if ("collects" in data || data.request !== request) return;
    answers.push(data);
    if (answers.length === count) all.resolve();
  };
  channel.postMessage({ request, collects } satisfies UsageRequest);
  const done = new AbortController();
  const timeout = delay(ANSWER_TIMEOUT_MS, undefined, { signal: done.signal }).catch(() => {});
  await Promise.race([all.promise, timeout]);
  done.abort();
  channel.close();
  if (answers.length < count) throw new Error(`${count - answers.length} threads do not answer`);
  return answers;
}
