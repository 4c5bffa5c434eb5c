import { setImmediate as turn } from "node:timers/promises";
import type { Shelved, Shelves } from "../../server/cluster/shelf.ts";

/** JetStream's key-value store as its users see it, without a network. */
export class MemoryStore<Value> {
  readonly kept = new Map<string, Shelved<Value>>();
  readonly watchers = new Set<(name: string, kept: Shelved<Value> | undefined) => void>();
  revision = 0;
  /** Whether it was deleted, and nobody has made it again. */
  isLost = false;
  /** Whether no question is answered. */
  isAway = false;

  /** Keeps a value, and tells all watchers later, as a network does. */
  set(name: string, value: Value): number {
    const kept = { value: structuredClone(value), revision: ++this.revision };
    this.kept.set(name, kept);
    for (const report of this.watchers) queueMicrotask(() => report(name, kept));
    return kept.revision;
  }

  /** Loses everything, as a server with empty storage. */
  empty(): void {
    this.kept.clear();
    this.watchers.clear();
    this.revision = 0;
  }

  /** A node's view of it. */
  shelf(): Shelves<Value> {
    let watching: ((name: string, kept: Shelved<Value> | undefined) => void) | undefined;
    const stop = () => watching && this.watchers.delete(watching);
    return {
      // As over a network, an answer takes longer than what watchers are told.
      get: async (name) => {
        await turn();
        return this.kept.get(name);
      },
      replace: async (name, value, revision) => {
        if (this.isAway) throw new Error("timeout");
        return (this.kept.get(name)?.revision ?? 0) === revision ? this.set(name, value) : undefined;
      },
      put: async (name, value) => void this.set(name, value),
      delete: async (name, revision) => {
        if (revision !== undefined && this.kept.get(name)?.revision !== revision) return;
        this.kept.delete(name);
        for (const report of this.watchers) queueMicrotask(() => report(name, undefined));
      },
      reopen: async () => {
        if (this.isLost) throw new Error("no answer");
      },
      check: async () => {
        if (this.isAway || this.isLost) throw new Error("stream not found");
      },
      watch: async (report) => {
        stop();
        watching = report;
        this.watchers.add(report);
        for (const [name, kept] of this.kept) report(name, kept);
      },
      close: () => void stop(),
    };
  }
}
