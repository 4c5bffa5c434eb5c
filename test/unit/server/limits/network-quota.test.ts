import { expect, test } from "vitest";
import { NetworkQuota } from "../../../../server/limits/network-quota.ts";

test("a network is full at its share, all networks at the capacity", () => {
  const quota = new NetworkQuota({ capacity: 8, networkShare: 25 });
  quota.acquire("a");
  expect(quota.isFullFor("a")).toBe(false);
  quota.acquire("a");
  expect([quota.isFullFor("a"), quota.isFullFor("b"), quota.isFull]).toEqual([true, false, false]);
  quota.acquire("b", 6);
  expect(quota.isFull).toBe(true);
  quota.release("b", 6);
  expect([quota.used, quota.usedBy("a"), quota.usedBy("b")]).toEqual([2, 2, 0]);
});

test("a network may use one unit, however small its share is", () => {
  const quota = new NetworkQuota({ capacity: 3, networkShare: 1 });
  expect(quota.isFullFor("a")).toBe(false);
  quota.acquire("a");
  expect(quota.isFullFor("a")).toBe(true);
});
