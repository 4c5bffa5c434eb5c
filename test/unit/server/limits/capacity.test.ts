import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { LoopDelay, ServerCapacity } from "../../../../server/limits/capacity.ts";

/** Readings of the clock in a busy loop: more than fit into 200 ms, and seconds at most. */
const TURNS_MAX = 20_000_000;

let connecting = 0;
let loopDelay = 0;
const create = () =>
  new ServerCapacity({
    connecting: () => connecting,
    connectingMax: 3,
    loopDelayMs: () => loopDelay,
    loopDelayMaxMs: 50,
  });

test.each([
  [2, 50, undefined],
  [3, 0, "server-full"],
  [0, 51, "server-full"],
] as const)(
  "with %i peers connecting and a loop delay of %i ms, the refusal is %s",
  (peers, delay, refusal) => {
    [connecting, loopDelay] = [peers, delay];
    expect(create().refusal).toBe(refusal);
  },
);

test("a draining server refuses with server-stopping, also when it is full", () => {
  const capacity = create();
  connecting = 9;
  capacity.drain();
  expect(capacity.refusal).toBe("server-stopping");
});

test("the delay of the loop rises while the thread is blocked, and falls afterwards", async () => {
  const delay = new LoopDelay();
  for (let n = 0; n < 4; n++) {
    // Bounded: the clock of a virtual machine that is moved may step back.
    const end = performance.now() + 200;
    for (let turn = 0; turn < TURNS_MAX && performance.now() < end; turn++);
    await sleep(1);
  }
  delay.tick();
  const blocked = delay.value;
  expect(blocked).toBeGreaterThan(100);
  await sleep(200);
  delay.tick();
  expect(delay.value).toBeLessThan(blocked);
  delay.close();
});

test("a process that stood still, as while its machine slept, is not overloaded when it goes on", () => {
  const histogram = {
    count: 100,
    mean: 12e6,
    max: 15e6,
    enable: () => true,
    disable: () => true,
    reset() {},
  };
  const delay = new LoopDelay(histogram);
  delay.tick();
  expect(delay.value).toBe(2);
  // Ten minutes and 99 samples of 10 ms.
  Object.assign(histogram, { mean: 6_000e6, max: 600_000e6 });
  delay.tick();
  expect(delay.value).toBe(2);
  // What blocks the loop for two seconds is load.
  Object.assign(histogram, { mean: 300e6, max: 2_000e6 });
  delay.tick();
  expect(delay.value).toBe(290);
});
