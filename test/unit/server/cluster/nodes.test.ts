import { describe, expect, test } from "vitest";
import type { Heartbeat } from "../../../../server/cluster/messages.ts";
import { Nodes } from "../../../../server/cluster/nodes.ts";

const heartbeat = (node: string, of: Partial<Heartbeat> = {}): Heartbeat => ({
  ...{ type: "heartbeat", node, startedAt: 1, losses: 0, site: "", hasRoom: true, listeners: 0 },
  origins: [],
  ...of,
});

function stage() {
  const time = { ms: 0 };
  const events: string[] = [];
  const note = (what: string) => (node: string) => events.push(`${node} ${what}`);
  const nodes = new Nodes({
    ...{ now: () => time.ms, arrived: note("arrived"), gone: note("gone"), missed: note("missed") },
  });
  const pass = (ms: number) => {
    time.ms += ms;
    nodes.tick();
  };
  return { nodes, events, pass };
}

describe("another node", () => {
  test("is there from its first sign of life until two seconds after the last", () => {
    const { nodes, events, pass } = stage();
    nodes.hear(heartbeat("b"));
    pass(1_500);
    nodes.hear(heartbeat("b"));
    pass(1_999);
    expect(events).toEqual(["b arrived"]);
    pass(1);
    expect(events).toEqual(["b arrived", "b gone"]);
    expect(nodes.has("b")).toBe(false);
  });

  test("that says goodbye is gone at once, and only once", () => {
    const { nodes, events, pass } = stage();
    nodes.hear(heartbeat("b"));
    nodes.remove("b");
    pass(5_000);
    expect(events).toEqual(["b arrived", "b gone"]);
  });

  test("that has lost NATS for a while has missed what was said to it", () => {
    const { nodes, events } = stage();
    nodes.hear(heartbeat("b"));
    nodes.hear(heartbeat("b", { losses: 1 }));
    nodes.hear(heartbeat("b", { losses: 1 }));
    expect(events).toEqual(["b arrived", "b missed"]);
  });

  test("is not taken for gone while this node has no NATS, nor for two seconds after", () => {
    const { nodes, events, pass } = stage();
    nodes.hear(heartbeat("b"));
    nodes.setConnected(false);
    pass(60_000);
    nodes.setConnected(true);
    pass(1_999);
    expect(events).toEqual(["b arrived"]);
    pass(2);
    expect(events).toEqual(["b arrived", "b gone"]);
  });
});

test("pages of a node are known by their origins for an hour after it has gone", () => {
  const { nodes, pass } = stage();
  nodes.hear(heartbeat("b", { origins: ["http://b.example"] }));
  nodes.remove("b");
  pass(3_600_000);
  expect(nodes.hasOrigin("http://b.example")).toBe(true);
  pass(1);
  expect(nodes.hasOrigin("http://b.example")).toBe(false);
});

test("the oldest node comes first, and of two equally old ones always the same", () => {
  const { nodes } = stage();
  for (const [node, startedAt] of [
    ["c", 5],
    ["b", 5],
    ["a", 9],
  ] as const) {
    nodes.hear(heartbeat(node, { startedAt }));
  }
  expect(nodes.all.map(({ node }) => node)).toEqual(["b", "c", "a"]);
});
