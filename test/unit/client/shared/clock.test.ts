import { describe, expect, it } from "vitest";
import { type ClockSample, WallClock } from "../../../../client/shared/clock.ts";
import { randomOf } from "../../../support/random.ts";

interface World {
  /** The server's clock at a time of the page's. */
  server(local: number): number;
  /** Delay of a message in ms. */
  there(): number;
  back(): number;
}

function ping(world: World, sent: number): ClockSample {
  // The clocks' rates differ too little for it to matter within one message.
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
  it("knows nothing before the first pong", () => {
    expect(new WallClock().at(0)).toBeUndefined();
    expect(new WallClock().error).toBeUndefined();
  });

  it("is exact on a network without jitter, from the first pong on", () => {
    const world: World = { server: (t) => t + 12_345.678, there: () => 20, back: () => 20 };
    const clock = new WallClock();
    clock.add(ping(world, 1_000));
    expect(errorAt(clock, world, 1_000)).toBeLessThan(0.01);
  });

  it.each([1, 2, 3, 4, 5])("is within 4 ms under 40 ms of jitter and spikes either way (run %i)", (seed) => {
    const random = randomOf(seed);
    const delay = () => 30 + 40 * random() + (random() < 0.1 ? 300 * random() : 0);
    const world: World = { server: (t) => t - 987, there: delay, back: delay };
    const clock = new WallClock();
    run(clock, world, 0, 10_000, 200);
    expect(errorAt(clock, world, 11_000)).toBeLessThan(4);
    expect(clock.error).toBeLessThan(6);
  });

  it.each([200e-6, -200e-6])("follows a drift of %d", (drift) => {
    const random = randomOf(7);
    const delay = () => 10 + 5 * random();
    const world: World = { server: (t) => t * (1 + drift) + 5_000, there: delay, back: delay };
    const clock = new WallClock();
    run(clock, world, 0, 120_000);
    expect(errorAt(clock, world, 123_000)).toBeLessThan(1);
  });

  it("does not take a few answers that happen to agree for a proof", () => {
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

  it("stays as good behind 40 ms of jitter while it is asked twice a second, and says so where it is not", () => {
    const [often, seldom] = [500, 3_000].map((interval) =>
      Array.from({ length: 15 }, (_, seed) => {
        const random = randomOf(7_919 * (seed + 1));
        const delay = () => 60 + 80 * random();
        const world: World = { server: (t) => t, there: delay, back: delay };
        const clock = new WallClock();
        for (let time = 0; time < 15_000; time += 50) clock.add(ping(world, time));
        for (let time = 15_000; time < 140_000; time += interval) clock.add(ping(world, time));
        return { off: errorAt(clock, world, 140_000), told: clock.error! };
      }),
    );
    expect(Math.max(...often!.map(({ off }) => off))).toBeLessThan(2);
    expect(Math.max(...often!.map(({ told }) => told))).toBeLessThan(1);
    expect(Math.min(...seldom!.map(({ told }) => told))).toBeGreaterThan(1);
  });

  it("shows a constant asymmetry as half of itself", () => {
    const world: World = { server: (t) => t, there: () => 50, back: () => 10 };
    const clock = new WallClock();
    run(clock, world, 0, 10_000);
    expect(clock.at(10_000)! - 10_000).toBeCloseTo(20, 1);
  });

  it.each([3_600_000, -3_600_000, 500, -500])(
    "starts afresh when a clock has stepped by %i ms, as after a suspended laptop",
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

  it("forgets what is older than three minutes", () => {
    const world: World = { server: (t) => t, there: () => 5, back: () => 5 };
    const clock = new WallClock();
    run(clock, world, 0, 600_000);
    expect(clock.size).toBeLessThanOrEqual(60);
  });
});
