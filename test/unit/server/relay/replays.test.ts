import { expect, test } from "vitest";
import { Replays } from "../../../../server/relay/replays.ts";

test("a message is new once, in whatever order messages come", () => {
  const replays = new Replays();
  const order = [1, 3, 2, 10, 4, 9, 5];
  expect(order.map((count) => replays.isNew("a", count))).toEqual(order.map(() => true));
  expect(order.map((count) => replays.isNew("a", count))).toEqual(order.map(() => false));
});

test("each sender has its own counts", () => {
  const replays = new Replays();
  expect(replays.isNew("a", 7)).toBe(true);
  expect(replays.isNew("b", 7)).toBe(true);
  expect(replays.isNew("a", 7)).toBe(false);
});

test("a message that is 128 or more behind the newest is refused", () => {
  const replays = new Replays();
  replays.isNew("a", 2 ** 40 + 1_000);
  expect(replays.isNew("a", 2 ** 40 + 873)).toBe(true);
  expect(replays.isNew("a", 2 ** 40 + 872)).toBe(false);
});

test("the senders that have been silent longest are forgotten", () => {
  const replays = new Replays();
  for (let n = 0; n < 5_000; n++) replays.isNew(String(n), 1);
  expect(replays.isNew("4999", 1)).toBe(false);
  expect(replays.isNew("0", 1)).toBe(true);
});
