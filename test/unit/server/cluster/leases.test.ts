import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Lease, Leases } from "../../../../server/cluster/leases.ts";
import { MemoryStore } from "../../../support/memory-shelf.ts";

const CODE = "K7PDX";
const HOUR_MS = 3_600_000;
const KEPT_MS = 90 * 24 * HOUR_MS;

let store: MemoryStore<Lease>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2030, 0, 1) });
  store = new MemoryStore();
});

afterEach(() => vi.useRealTimers());

async function node(name: string) {
  const changes: string[] = [];
  const changed = (code: string, lease: Lease) => void changes.push(`${code} ${lease.node}`);
  const open = new Set<string>();
  const keeps = (code: string) => open.has(code);
  const failed = (error: unknown) => {
    throw error;
  };
  const leases = new Leases({ shelf: store.shelf(), node: name, changed, keeps, failed });
  await leases.watch();
  return { leases, changes, open };
}

async function settle(): Promise<void> {
  for (let n = 0; n < 5; n++) await turn();
}

describe("a room's lease", () => {
  test("is taken by a node, and known to all, also to those that come later", async () => {
    const [a, b] = [await node("a"), await node("b")];
    const lease = await a.leases.take(CODE, "page", a.leases.look(CODE));
    await settle();
    expect(lease).toMatchObject({ node: "a", generation: 1, page: "page" });
    expect(a.leases.isOwn(CODE)).toBe(true);
    expect(b.leases.get(CODE)).toEqual(lease);
    expect(b.changes).toEqual([`${CODE} a`]);
    expect((await node("c")).leases.get(CODE)).toEqual(lease);
  });

  test("gets another generation with each node, and keeps it at the same one", async () => {
    const [a, b] = [await node("a"), await node("b")];
    await a.leases.take(CODE, "page", undefined);
    await a.leases.setPage(CODE, "other page");
    await settle();
    expect(b.leases.get(CODE)).toMatchObject({ generation: 1, page: "other page" });
    expect(await b.leases.take(CODE, "page", b.leases.look(CODE))).toMatchObject({ generation: 2 });
  });

  test("is not taken on the ground of what has changed since", async () => {
    const [a, b] = [await node("a"), await node("b")];
    const looked = b.leases.look(CODE);
    await a.leases.take(CODE, "page", a.leases.look(CODE));
    await settle();
    // This node has learnt of the change meanwhile, but has decided before.
    expect(await b.leases.take(CODE, "other page", looked)).toBeUndefined();
    expect(b.leases.get(CODE)?.node).toBe("a");
  });

  test("that was removed can be taken again by a node that has known it", async () => {
    const [a, b] = [await node("a"), await node("b")];
    await a.leases.take(CODE, null, undefined);
    await settle();
    await a.leases.end(CODE, Date.now());
    await settle();
    vi.setSystemTime(Date.now() + 25 * HOUR_MS);
    await a.leases.sweep(() => true, KEPT_MS);
    await settle();
    expect(b.leases.get(CODE)).toBeUndefined();
    expect(await b.leases.take(CODE, null, b.leases.look(CODE))).toMatchObject({ node: "b" });
  });
});

describe("sweeping", () => {
  test("removes a closed room after a day, and not before", async () => {
    const a = await node("a");
    await a.leases.take(CODE, null, undefined);
    await a.leases.end(CODE, Date.now());
    vi.setSystemTime(Date.now() + 23 * HOUR_MS);
    await a.leases.sweep(() => true, KEPT_MS);
    expect(store.kept.has(CODE)).toBe(true);
    vi.setSystemTime(Date.now() + 2 * HOUR_MS);
    await a.leases.sweep(() => true, KEPT_MS);
    expect(store.kept.has(CODE)).toBe(false);
  });

  test("removes a room of a node that is gone when its wall is not kept any more", async () => {
    const [a, b] = [await node("a"), await node("b")];
    await b.leases.take(CODE, null, undefined);
    await settle();
    await a.leases.sweep(() => false, KEPT_MS);
    vi.setSystemTime(Date.now() + KEPT_MS + 1);
    await a.leases.sweep(() => true, KEPT_MS);
    expect(store.kept.has(CODE)).toBe(true);
    await a.leases.sweep(() => false, KEPT_MS);
    expect(store.kept.has(CODE)).toBe(false);
  });

  test("leaves a lease alone that another node takes at the same time", async () => {
    const [a, b] = [await node("a"), await node("b")];
    await a.leases.take(CODE, null, undefined);
    await settle();
    vi.setSystemTime(Date.now() + KEPT_MS + 1);
    store.set(CODE, { ...b.leases.get(CODE)!, node: "c", at: Date.now() });
    await b.leases.sweep(() => false, KEPT_MS);
    expect(store.kept.get(CODE)?.value.node).toBe("c");
  });
});

describe("after NATS was away", () => {
  test("a node puts its leases back if all was lost, and learns of those of others", async () => {
    const [a, b] = [await node("a"), await node("b")];
    await a.leases.take(CODE, "page", undefined);
    await b.leases.take("OTHER", "page", undefined);
    await settle();
    store.empty();
    await Promise.all([a.leases.restore(), b.leases.restore()]);
    await settle();
    expect(store.kept.get(CODE)?.value).toMatchObject({ node: "a", generation: 1 });
    expect(a.leases.get("OTHER")?.node).toBe("b");
    expect(b.changes).toContain(`${CODE} a`);
  });

  test("a node learns that another has taken its room meanwhile", async () => {
    const a = await node("a");
    const own = await a.leases.take(CODE, "page", undefined);
    store.watchers.clear();
    store.set(CODE, { ...own!, node: "b", generation: 2 });
    await a.leases.restore();
    expect(a.leases.isOwn(CODE)).toBe(false);
    expect(a.changes.at(-1)).toBe(`${CODE} b`);
  });
});

describe("a lease that somebody has touched who may only reach NATS", () => {
  test("is put back when it was deleted while its room is open", async () => {
    const [a, b] = [await node("a"), await node("b")];
    await a.leases.take(CODE, "page", undefined);
    a.open.add(CODE);
    await settle();
    await store.shelf().delete(CODE);
    await settle();
    expect(store.kept.get(CODE)?.value.node).toBe("a");
    expect(b.leases.get(CODE)?.node).toBe("a");
    expect(a.leases.isOwn(CODE)).toBe(true);
  });

  test("is not put back when it was deleted and no room is open", async () => {
    const a = await node("a");
    await a.leases.take(CODE, null, undefined);
    await store.shelf().delete(CODE);
    await settle();
    expect(a.leases.get(CODE)).toBeUndefined();
  });

  test("does not go back to what was recorded before", async () => {
    const [a, b] = [await node("a"), await node("b")];
    const old = await a.leases.take(CODE, "page", undefined);
    await settle();
    // The clock of b is behind.
    vi.setSystemTime(Date.now() - 60_000);
    await b.leases.take(CODE, "page", b.leases.look(CODE));
    b.open.add(CODE);
    await settle();
    store.set(CODE, old!);
    await settle();
    expect(a.leases.get(CODE)?.node).toBe("b");
    expect(b.leases.isOwn(CODE)).toBe(true);
    expect(store.kept.get(CODE)?.value).toMatchObject({ node: "b", generation: 2 });
    // And changes hands as before.
    expect(await a.leases.take(CODE, "page", a.leases.look(CODE))).toMatchObject({ generation: 3 });
  });
});
