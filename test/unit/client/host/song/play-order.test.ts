import { expect, test } from "vitest";
import { playOrder } from "../../../../../client/host/song/play-order.ts";

const IDS = Array.from({ length: 100 }, (_, n) => `song-${n}`);

test("without shuffle songs are played in the order of the queue", () => {
  expect(playOrder(IDS, null)).toEqual(IDS);
});

test("a random order has every song once, and first the one that is played now", () => {
  const order = playOrder(IDS, { seed: 0.5, first: "song-40" });
  expect([...order].sort()).toEqual([...IDS].sort());
  expect(order[0]).toBe("song-40");
  expect(order).not.toEqual(playOrder(IDS, { seed: 0.25, first: "song-40" }));
});

test("songs that follow one another in the queue rarely do in a random order", () => {
  const order = playOrder(IDS, { seed: 0.125, first: "" });
  const next = order.filter((id, n) => IDS.indexOf(order[n + 1]!) === IDS.indexOf(id) + 1);
  expect(next.length).toBeLessThan(6);
});

test("a random order stays the same for the others when a song is added or taken out", () => {
  const shuffle = { seed: 0.75, first: "" };
  const order = playOrder(IDS, shuffle);
  expect(playOrder([...IDS, "new"], shuffle).filter((id) => id !== "new")).toEqual(order);
  expect(playOrder(IDS.slice(0, 50), shuffle)).toEqual(order.filter((id) => IDS.indexOf(id) < 50));
});
