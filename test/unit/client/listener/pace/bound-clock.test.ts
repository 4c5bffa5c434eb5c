import { expect, test } from "vitest";
import { boundClock } from "../../../../../client/listener/pace/bound-clock.ts";
import { WallClock } from "../../../../../client/shared/clock.ts";
import { randomOf } from "../../../../support/random.ts";

/** The server's clock is ahead of the page's by this, ms. */
const AHEAD = 777;

/** A ping at a time of the page's clock. */
const ping = (sent: number, there: number, back: number) => {
  const received = sent + AHEAD + there;
  return { sent, received, replied: received, arrived: sent + there + back };
};

const errorOf = (clock: WallClock, at: number) => Math.abs(clock.at(at)! - at - AHEAD);

test("frames bound the clock of a page that reads its pongs late", () => {
  const worst = { pongs: 0, frames: 0 };
  for (let seed = 1; seed <= 50; seed++) {
    const random = randomOf(seed);
    const delay = () => 30 + 40 * random();
    const [pongs, frames] = [new WallClock(), new WallClock()];
    for (let time = 0; time < 300; time += 20) {
      const sample = ping(time, delay(), delay() + 60 * random());
      pongs.add(sample);
      frames.add(sample);
      boundClock(frames, time + AHEAD, time + delay());
    }
    worst.pongs = Math.max(worst.pongs, errorOf(pongs, 300));
    worst.frames = Math.max(worst.frames, errorOf(frames, 300));
  }
  expect(worst.pongs).toBeGreaterThan(15);
  expect(worst.frames).toBeLessThan(9);
});

test("a frame that contradicts what is known, or tells less, changes nothing", () => {
  const clock = new WallClock();
  boundClock(clock, AHEAD, 0);
  expect(clock.size).toBe(0);
  clock.add(ping(0, 20, 20));
  boundClock(clock, 100 + AHEAD + 21, 100);
  boundClock(clock, 100 + AHEAD - 21, 100);
  expect(clock.size).toBe(1);
  boundClock(clock, 100 + AHEAD - 10, 100);
  expect(clock.size).toBe(2);
  expect(errorOf(clock, 100)).toBeCloseTo(5, 0);
});

test("a clock that is known well is not bounded by frames", () => {
  const clock = new WallClock();
  for (let n = 0; n < 10; n++) clock.add(ping(n * 20, 1, 1));
  boundClock(clock, 300 + AHEAD - 0.5, 300);
  expect(clock.size).toBe(10);
});

test("however many frames bound a clock, its error stays one that its pongs allow", () => {
  const clock = new WallClock();
  for (let n = 0; n < 4; n++) clock.add(ping(n * 20, 30 + 9 * n, 57 - 9 * n));
  for (let n = 0; n < 40; n++) boundClock(clock, 100 + n + AHEAD - 25 + n / 2, 100 + n);
  expect(clock.size).toBeGreaterThan(30);
  expect(clock.error).toBeLessThan(35);
});

test("a clock whose pongs have ceased is still known by them", () => {
  const clock = new WallClock();
  clock.add(ping(0, 20, 20));
  boundClock(clock, 200_000 + AHEAD - 10, 200_000);
  expect(errorOf(clock, 200_000)).toBeLessThan(20);
});
