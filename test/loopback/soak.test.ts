import { expect, test } from "vitest";
import { growth, soak } from "../support/soak.ts";

test("the server keeps nothing of those who came and went", { timeout: 90_000 }, async () => {
  const { problems, held, hosts } = await soak({ joins: 800, joinsPerHost: 100 });
  expect(problems).toEqual([]);
  expect(hosts).toBe(8);
  // What it would say if the server did keep something of each.
  const [first, last] = [held[0]!, held.at(-1)!];
  expect(Object.keys(last.heaps).length).toBeGreaterThan(2);
  const leak = { ...last, sessions: 1, resources: last.resources + 300, memory: last.memory * 2 };
  expect(growth(first, leak)).toHaveLength(3);
});
