import { describe, expect, test } from "vitest";
import { SharedClock } from "../../../../server/cluster/wall-clock.ts";
import { SeededRandom } from "../../../support/seeded-random.ts";

/** A node's clock, and one of the reference that is ahead of it. */
function stage(aheadMs: number) {
  const time = { ms: 1_000, ahead: aheadMs };
  const clock = new SharedClock(() => time.ms);
  /** Asks the reference. The question takes `there` ms, the answer `back`. */
  const ask = (there: number, back: number) => {
    const sent = time.ms;
    time.ms += there;
    const received = time.ms + time.ahead;
    time.ms += back;
    clock.add({ sent, received, replied: received, arrived: time.ms });
  };
  const error = () => clock.now() - (time.ms + time.ahead);
  return { time, clock, ask, error };
}

describe("the wall clock of a node", () => {
  test("is that of the machine where there is one node", () => {
    const { time, clock } = stage(0);
    time.ms = 5_000;
    expect(clock.now()).toBe(5_000);
    expect(clock.ofLocal(4_321)).toBe(4_321);
  });

  test("is that of the reference after one answer", () => {
    const { ask, error } = stage(123_456);
    ask(0.4, 0.4);
    expect(Math.abs(error())).toBeLessThan(1e-6);
  });

  test("follows the answer with the shortest way", () => {
    const { time, ask, error, clock } = stage(5_000);
    const random = new SeededRandom(3);
    for (let n = 0; n < 200; n++) {
      ask(0.2 + random.next() * 20, 0.2 + random.next() * 20);
      time.ms += 1_000;
    }
    expect(Math.abs(error())).toBeLessThan(clock.error!);
    expect(clock.error).toBeLessThan(6);
  });

  test("follows a machine whose clock runs 50 ppm faster, within half a millisecond", () => {
    const { time, ask, error } = stage(5_000);
    for (let n = 0; n < 600; n++) {
      ask(0.3, 0.3);
      time.ms += 1_000;
      time.ahead += 0.05;
    }
    expect(Math.abs(error())).toBeLessThan(0.5);
  });

  test("goes on without a step when another node becomes the reference", () => {
    const { time, ask, clock } = stage(5_000);
    ask(0.3, 0.3);
    clock.begin();
    const before = clock.now() - time.ms;
    clock.hold();
    time.ms += 10_000;
    expect(clock.now() - time.ms).toBe(before);
    // The next reference differs by 3 ms: nobody sees the change.
    time.ahead += 3;
    ask(0.3, 0.3);
    expect(clock.now() - time.ms - before).toBeLessThan(0.1);
    time.ms += 10_000;
    expect(clock.now() - time.ms - before).toBeCloseTo(3, 1);
  });

  test("never runs backwards while it follows", () => {
    const { time, ask, clock } = stage(5_000);
    ask(0.3, 0.3);
    clock.begin();
    time.ahead -= 40;
    ask(0.3, 0.3);
    let last = clock.now();
    for (let n = 0; n < 1_000; n++) {
      time.ms += 1;
      expect(clock.now()).toBeGreaterThan(last);
      last = clock.now();
    }
  });

  test("jumps when the reference is far off: a machine has slept", () => {
    const { time, ask, error } = stage(5_000);
    ask(0.3, 0.3);
    for (let n = 0; n < 16; n++) {
      time.ms += 1_000;
      time.ahead = 9_000;
      ask(0.3, 0.3);
    }
    expect(Math.abs(error())).toBeLessThan(0.01);
  });

  test("is at once that of the reference before pages follow it, also if it is only little off", () => {
    const { ask, error, clock } = stage(30);
    clock.hold();
    ask(0.3, 0.3);
    expect(Math.abs(error())).toBeLessThan(1e-6);
  });

  test("ignores an answer whose times cannot be", () => {
    const { time, clock } = stage(0);
    clock.add({ sent: 1_000, received: 0, replied: 500, arrived: 1_001 });
    clock.add({ sent: Number.NaN, received: 0, replied: 0, arrived: 0 });
    expect(clock.now()).toBe(time.ms);
    expect(clock.error).toBeUndefined();
  });
});
