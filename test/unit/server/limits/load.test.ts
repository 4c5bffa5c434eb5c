import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Load, LoopDelay } from "../../../../server/limits/load.ts";

let connecting = 0;
let loopDelay = 0;
const make = () =>
  new Load({ connecting: () => connecting, connectingMax: 3, loopDelay: () => loopDelay, loopDelayMax: 50 });

test.each([
  [2, 50, undefined],
  [3, 0, "server-full"],
  [0, 51, "server-full"],
] as const)("with %i connecting and %i ms late the refusal is %s", (peers, late, refusal) => {
  [connecting, loopDelay] = [peers, late];
  expect(make().refusal).toBe(refusal);
});

test("a server that drains is stopping, however full it is", () => {
  const load = make();
  connecting = 9;
  load.drain();
  expect(load.refusal).toBe("server-stopping");
});

test("a loop that is held up is late by about as much, and then no more", async () => {
  const delay = new LoopDelay();
  for (let n = 0; n < 4; n++) {
    for (const end = performance.now() + 200; performance.now() < end; );
    await sleep(1);
  }
  delay.tick();
  const held = delay.value;
  expect(held).toBeGreaterThan(100);
  await sleep(200);
  delay.tick();
  expect(delay.value).toBeLessThan(held);
  delay.close();
});
