/**
 * Loaded into every thread of a fuzzed process (`node --import`): answers how much memory its thread holds
 * and how long it has worked.
 */
import { BroadcastChannel, isMainThread, threadId } from "node:worker_threads";
import { type Figures, figures, PROBES, type Question } from "./figures.ts";

if (!isMainThread) {
  const channel = new BroadcastChannel(PROBES);
  channel.onmessage = (event) => {
    const { data } = event as { data: Question | Figures };
    if ("collects" in data) channel.postMessage(figures(threadId, data));
  };
  channel.unref();
}
