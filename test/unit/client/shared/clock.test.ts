import { describe, expect, test } from "vitest";
import { type ClockSample, WallClock } from "../../../../client/shared/clock.ts";
import { randomOf } from "../../../support/random.ts";

interface World {
  /** The server's clock at a time of the page's clock. */
  server(local: number): number;
  /** Delays of a message to the server and back, ms. */
  there(): number;
  back(): number;
}

function ping(world: World, sent: number): ClockSample {
  // Within one message the difference between the clocks' rates does not matter.
  const received = world.server(sent) + world.there();
  const arrived = sent + (received - world.server(sent)) + 0.1 + world.back();
  return { sent, received, replied: received + 0.1, arrived };
}

/** Ten pings in a second, then one every `interval`. */
function run(clock: WallClock, world: World, from: number, until: number, interval = 3_000): void {
  for (let time = from; time <= until; time += time < from + 1_000 ? 100 : interval)
    clock.add(ping(world, time));
}

const errorAt = (clock: WallClock, world: World, local: number) =>
  Math.abs(clock.at(local)! - world.server(local));

describe("WallClock", () => {
  test("has no time before the first pong", () => {
    expect(new WallClock().at(0)).toBeUndefined();
    expect(new WallClock().error).toBeUndefined();
  });

  test("is exact from the first pong on if the network has no jitter", () => {
    const world: World = { server: (t) => t + 12_345.678, there: () => 20, back: () => 20 };
    const clock = new WallClock();
    clock.add(ping(world, 1_000));
    expect(errorAt(clock, world, 1_000)).toBeLessThan(0.01);
  });

  test.each([1, 2, 3, 4, 5])(
    "is within 4 ms under 40 ms of jitter and spikes in both directions (run %i)",
    (seed) => {
      const random = randomOf(seed);
      const delay = () => 30 + 40 * random() + (random() < 0.1 ? 300 * random() : 0);
      const world: World = { server: (t) => t - 987, there: delay, back: delay };
      const clock = new WallClock();
      run(clock, world, 0, 10_000, 200);
      expect(errorAt(clock, world, 11_000)).toBeLessThan(4);
      expect(clock.error).toBeLessThan(6);
    },
  );

  test.each([200e-6, -200e-6])("follows a drift of %d ms per ms", (drift) => {
    const random = randomOf(7);
    const delay = () => 10 + 5 * random();
    const world: World = { server: (t) => t * (1 + drift) + 5_000, there: delay, back: delay };
    const clock = new WallClock();
    run(clock, world, 0, 120_000);
    expect(errorAt(clock, world, 123_000)).toBeLessThan(1);
  });

  test("does not report a small error because a few pongs agree by chance", () => {
    const errors = Array.from({ length: 200 }, (_, seed) => {
      const random = randomOf(seed * 7_919_000_003);
      const delay = () => 100 + 20 * random();
      const world: World = { server: (t) => t, there: delay, back: delay };
      const clock = new WallClock();
      let time = 0;
      while ((clock.error ?? Number.POSITIVE_INFINITY) > 0.3 && time < 10_000) {
        clock.add(ping(world, time));
        time += 50;
      }
      return errorAt(clock, world, time);
    });
    expect(Math.max(...errors)).toBeLessThan(1.5);
  });

  test("is exact under 80 ms of jitter with two pings a second, and reports more error with fewer", () => {
    const [often, seldom] = [500, 3_000].map((interval) =>
      Array.from({ length: 6 }, (_, seed) => {
        const random = randomOf(7_919 * (seed + 1));
        const delay = () => 60 + 80 * random();
        const world: World = { server: (t) => t, there: delay, back: delay };
        const clock = new WallClock();
        for (let time = 0; time < 15_000; time += 50) clock.add(ping(world, time));
        for (let time = 15_000; time < 140_000; time += interval) clock.add(ping(world, time));
        return { off: errorAt(clock, world, 140_000), reported: clock.error! };
      }),
    );
    expect(Math.max(...often!.map(({ off }) => off))).toBeLessThan(2);
    expect(Math.max(...often!.map(({ reported }) => reported))).toBeLessThan(1);
    expect(Math.min(...seldom!.map(({ reported }) => reported))).toBeGreaterThan(1);
  });

  test("is wrong by half of a constant asymmetry", () => {
    const world: World = { server: (t) => t, there: () => 50, back: () => 10 };
    const clock = new WallClock();
    run(clock, world, 0, 10_000);
    expect(clock.at(10_000)! - 10_000).toBeCloseTo(20, 1);
  });

  test.each([3_600_000, -3_600_000, 500, -500])(
    "starts again when a clock has stepped by %i ms, as after a laptop was suspended",
    (step) => {
      let stepped = 0;
      const world: World = { server: (t) => t + stepped, there: () => 15, back: () => 15 };
      const clock = new WallClock();
      run(clock, world, 0, 30_000);
      stepped = step;
      run(clock, world, 31_000, 31_000);
      expect(errorAt(clock, world, 31_000)).toBeLessThan(0.1);
    },
  );

  test("has an error that is a number, also where a browser rounds all its times to one", () => {
    const clock = new WallClock();
    for (let n = 0; n < 3; n++) {
      clock.add({ sent: 100, received: 5_000, replied: 5_000, arrived: 100 });
      expect(clock.error).toBeGreaterThanOrEqual(0);
    }
  });

  test("drops samples that are older than three minutes", () => {
    const clock = new WallClock();
    const world = (way: number): World => ({ server: (t) => t, there: () => way, back: () => way });
    run(clock, world(5), 0, 10_000);
    run(clock, world(20), 10_000, 180_000);
    expect(clock.roundTrip).toBeCloseTo(10);
    run(clock, world(20), 180_000, 200_000);
    expect(clock.roundTrip).toBeCloseTo(40);
  });
});
