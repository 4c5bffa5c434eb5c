import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { takeCounts } from "../../../../../server/media/counters.ts";
import { PictureQueue } from "../../../../../server/media/fanout/picture-queue.ts";

test("one packet is sent in each turn of the event loop, in order", async () => {
  const queue = new PictureQueue(() => {});
  const sent: number[] = [];
  for (let n = 0; n < 3; n++) queue.add({ send: () => sent.push(n), drop: () => {} });
  expect(sent).toEqual([]);
  const seen: number[] = [];
  for (let n = 0; n < 4; n++) {
    await turn();
    seen.push(sent.length);
  }
  expect(sent).toEqual([0, 1, 2]);
  for (const [n, count] of seen.entries()) expect(count).toBeLessThanOrEqual(n + 2);
  expect(queue.length).toBe(0);
});

test("a full queue drops its oldest packets and counts them", async () => {
  takeCounts();
  const queue = new PictureQueue(() => {});
  const [sent, dropped]: [number[], number[]] = [[], []];
  for (let n = 0; n < 1_300; n++) queue.add({ send: () => sent.push(n), drop: () => dropped.push(n) });
  expect(queue.length).toBe(512);
  expect(dropped).toEqual(Array.from({ length: 788 }, (_, n) => n));
  expect(takeCounts().picturesDropped).toBe(788);
  while (queue.length > 0) await turn();
  expect(sent).toEqual(Array.from({ length: 512 }, (_, n) => 788 + n));
});

test("packets that have waited for a second are dropped, but for the newest", async () => {
  takeCounts();
  const queue = new PictureQueue(() => {});
  const [sent, dropped]: [number[], number[]] = [[], []];
  for (let n = 0; n < 4; n++) queue.add({ send: () => sent.push(n), drop: () => dropped.push(n) });
  // The thread is held up.
  const begun = performance.now();
  while (performance.now() - begun < 1_050);
  queue.add({ send: () => sent.push(4), drop: () => {} });
  while (queue.length > 0) await turn();
  expect([dropped, sent]).toEqual([[0, 1, 2, 3], [4]]);
  expect(takeCounts().picturesDropped).toBe(4);
});

test("a packet that fails is reported, and the next one is sent", async () => {
  const failures: Error[] = [];
  const queue = new PictureQueue((error) => failures.push(error));
  let sent = 0;
  queue.add({
    send: () => {
      throw new Error("broken");
    },
    drop: () => {},
  });
  queue.add({ send: () => sent++, drop: () => {} });
  while (queue.length > 0) await turn();
  expect(failures.map(({ message }) => message)).toEqual(["broken"]);
  expect(sent).toBe(1);
});

test("a closed queue sends nothing", async () => {
  const queue = new PictureQueue(() => {});
  let sent = 0;
  queue.add({ send: () => sent++, drop: () => {} });
  queue.close();
  queue.close();
  await turn();
  await turn();
  expect(sent).toBe(0);
});
