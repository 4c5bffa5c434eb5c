import { setTimeout as delay } from "node:timers/promises";
import { BroadcastChannel } from "node:worker_threads";

/** Name of the channel on which threads are asked. */
export const PROBES = "lightwall fuzz";

/** Asks every thread for its figures. */
export interface Question {
  question: number;
  /** Whether garbage is collected first. */
  collects: boolean;
}

export interface Figures {
  question: number;
  thread: number;
  /** What the thread's JavaScript holds: heap and buffers, bytes. */
  memory: number;
  /**
   * Processor time since the thread began, ms: unlike the clock it does not run while other programs have the
   * processor.
   */
  busy: number;
}

/** How long threads may take to answer, ms. */
const ANSWER_LIMIT = 20_000;

/** The calling thread's figures. */
export function figures(thread: number, { question, collects }: Question): Figures {
  // Twice, as what a finalizer frees is collected by the next.
  for (let times = collects ? 2 : 0; times > 0; times--) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { question, thread, memory: heapUsed + external, busy: busy() };
}

/** Processor time of the calling thread, ms. */
export function busy(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

let asked = 0;

/**
 * Asks other threads, which have loaded the probe.
 * @param count how many there are
 * @throws Error when one does not answer
 */
export async function ask(count: number, collects: boolean): Promise<Figures[]> {
  const channel = new BroadcastChannel(PROBES);
  const question = ++asked;
  const answers: Figures[] = [];
  const all = Promise.withResolvers<void>();
  channel.onmessage = (event) => {
    const { data } = event as { data: Question | Figures };
    if ("collects" in data || data.question !== question) return;
    answers.push(data);
    if (answers.length === count) all.resolve();
  };
  channel.postMessage({ question, collects } satisfies Question);
  const done = new AbortController();
  const late = delay(ANSWER_LIMIT, undefined, { signal: done.signal }).catch(() => {});
  await Promise.race([all.promise, late]);
  done.abort();
  channel.close();
  if (answers.length < count) throw new Error(`${count - answers.length} threads do not answer`);
  return answers;
}
