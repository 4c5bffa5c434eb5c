/**
 * Preloaded into every thread of a fuzzed process (`node --import`): answers requests for the thread's memory
 * and processor time.
 */
import { BroadcastChannel, isMainThread, threadId } from "node:worker_threads";
import { CHANNEL, type ThreadUsage, threadUsage, type UsageRequest } from "./thread-usage.ts";

if (!isMainThread) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event) => {
    const { data } = event as { data: UsageRequest | ThreadUsage };
    if ("collects" in data) channel.postMessage(threadUsage(threadId, data));
  };
  channel.unref();
}
