import { expect, test } from "vitest";
import { growth, soak } from "../support/soak.ts";

test("the server frees everything of pages that have left", { timeout: 90_000 }, async () => {
  const { problems, held, hosts } = await soak({ joins: 800, joinsPerHost: 100 });
  expect(problems).toEqual([]);
  expect(hosts).toBe(8);
  // The check itself reports a leak.
  const [first, last] = [held[0]!, held.at(-1)!];
  expect(Object.keys(last.heaps).length).toBeGreaterThan(2);
  const leak = { ...last, sessions: 1, resources: last.resources + 300, memory: last.memory * 2 };
  expect(growth(first, leak)).toHaveLength(3);
});
