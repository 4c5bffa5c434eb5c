import { expect, test } from "vitest";
import { ClockBounds } from "../../../../../client/listener/pace/clock-bounds.ts";
import { type ClockSample, WallClock } from "../../../../../client/shared/clock.ts";
import { randomOf } from "../../../../support/random.ts";

/** The server's clock is ahead of the page's by this, ms. */
const AHEAD = 777;
/** For so long a page believes frames at once, ms. */
const LOADING_MS = 3_000;
/** Time between two frames, ms. */
const FRAME_MS = 20;

/** A ping at a time of the page's clock. */
const ping = (sent: number, there: number, back: number) => {
  const received = sent + AHEAD + there;
  return { sent, received, replied: received, arrived: sent + there + back };
};

/** A frame that the server sends at a time of the page's clock, by a media clock that is late by `late`. */
const frame = (sent: number, way: number, late = 0) => ({
  media: sent,
  sent: sent + AHEAD + late,
  arrived: sent + way,
});

/** A clock that counts its samples. */
class CountingClock extends WallClock {
  added = 0;
  override add(sample: ClockSample): void {
    this.added += 1;
    super.add(sample);
  }
}

const errorOf = (clock: WallClock, at: number) => Math.abs(clock.at(at)! - at - AHEAD);

test("frames bound the clock of a page that reads its pongs late by chance", () => {
  const worst = { pongs: 0, frames: 0 };
  for (let seed = 1; seed <= 50; seed++) {
    const random = randomOf(seed);
    const delay = () => 30 + 40 * random();
    const [pongs, frames] = [new WallClock(), new WallClock()];
    const bounds = new ClockBounds();
    for (let time = 0; time < 300; time += FRAME_MS) {
      const sample = ping(time, delay(), delay() + 60 * random());
      pongs.add(sample);
      frames.add(sample);
      bounds.take(frames, frame(time, delay()));
    }
    worst.pongs = Math.max(worst.pongs, errorOf(pongs, 300));
    worst.frames = Math.max(worst.frames, errorOf(frames, 300));
  }
  expect(worst.pongs).toBeGreaterThan(15);
  expect(worst.frames).toBeLessThan(9);
});

test("frames bound the clock of a page that reads each pong late", () => {
  const clock = new WallClock();
  const bounds = new ClockBounds();
  for (let time = 0; time < 1_000; time += FRAME_MS) {
    clock.add(ping(time, 20, 20 + 50));
    bounds.take(clock, frame(time, 20));
  }
  expect(errorOf(clock, 1_000)).toBeLessThan(2);
});

test("frames go on to bound the clock of such a page, whose pongs come rarely, behind jitter", () => {
  const random = randomOf(1);
  const clock = new WallClock();
  const bounds = new ClockBounds();
  for (let time = 0; time < 400_000; time += FRAME_MS) {
    if (time < 1_000 || time % 3_000 === 0) clock.add(ping(time, 40 + 5 * random(), 110 + 5 * random()));
    bounds.take(clock, frame(time, 40 + 5 * random()));
    if (time >= 1_000) expect(errorOf(clock, time), `${time} ms`).toBeLessThan(2);
  }
});

test("a frame that contradicts what is known, or tells less, changes nothing", () => {
  const clock = new CountingClock();
  const bounds = new ClockBounds();
  bounds.take(clock, frame(0, 20));
  expect(clock.added).toBe(0);
  clock.add(ping(0, 20, 20));
  bounds.take(clock, frame(100, 19.5));
  bounds.take(clock, frame(120, -30));
  expect(clock.added).toBe(1);
  bounds.take(clock, frame(140, 10));
  expect(clock.added).toBe(2);
  expect(errorOf(clock, 140)).toBeCloseTo(4.5, 1);
});

test("a media clock that is late misleads no clock", () => {
  const clock = new WallClock();
  const bounds = new ClockBounds();
  // The way of the host's packets gets shorter by 30 ms, and the media clock follows by 5 ms a second.
  for (let time = 0; time < 20_000; time += FRAME_MS) {
    if (time % 500 === 0) clock.add(ping(time, 60, 60));
    const late = time < 5_000 ? 0 : Math.max(30 - Math.floor((time - 5_000) / 250) * 1.25, 0);
    bounds.take(clock, frame(time, 60, late));
    expect(errorOf(clock, time), `${time} ms`).toBeLessThan(2);
  }
});

test("however many frames bound a clock, its error stays one that its pongs allow", () => {
  const clock = new CountingClock();
  const bounds = new ClockBounds();
  for (let n = 0; n < 4; n++) clock.add(ping(n * 20, 30 + 9 * n, 57 - 9 * n));
  for (let n = 0; n < 40; n++) bounds.take(clock, frame(100 + n, 20 - n / 2));
  expect(clock.added).toBeGreaterThan(30);
  expect(clock.error).toBeLessThan(35);
});

test("a clock whose pongs have ceased is still known by them", () => {
  const clock = new CountingClock();
  const bounds = new ClockBounds();
  clock.add(ping(0, 20, 20));
  bounds.take(clock, frame(200_000, 10));
  bounds.take(clock, frame(205_000, 10));
  expect(errorOf(clock, 205_000)).toBeLessThan(20);
});

test("a pong that contradicts frames drops them", () => {
  const clock = new WallClock();
  const bounds = new ClockBounds();
  for (let n = 0; n < 10; n++) clock.add(ping(n * 20, 60, 60));
  bounds.take(clock, frame(300, 60, 100));
  expect(errorOf(clock, 300)).toBeGreaterThan(40);
  clock.add(ping(400, 10, 110));
  expect(clock.roundTrip).toBeCloseTo(70);
  expect(errorOf(clock, 500)).toBeLessThan(30);
});

test.each([
  [5, 20],
  [20, 20],
  [60, 40],
  [60, 120],
])(
  "with ways of %i ms, a page that loads while the media clock is late by %i ms soon knows better",
  (way, by) => {
    const clock = new WallClock();
    const bounds = new ClockBounds();
    for (let time = 0; time < 200_000; time += FRAME_MS) {
      if (time <= 200 || time % 3_000 === 0) clock.add(ping(time, way, way));
      bounds.take(clock, frame(time, way, Math.max(by - 1.25 * Math.floor(time / 250), 0)));
      // The media clock glides until then, and a pong comes within three seconds.
      if (time > 4_000 + LOADING_MS) expect(errorOf(clock, time), `${time} ms`).toBeLessThan(2);
    }
  },
);

test("an error is never below 0, also while frames are newer than the last pong", () => {
  const random = randomOf(1);
  const clock = new WallClock();
  const bounds = new ClockBounds();
  for (let time = 0; time < 600_000; time += FRAME_MS) {
    if (time < 60_000 && time % 3_000 === 0) clock.add(ping(time, 5 + random(), 5 + 2 * random()));
    bounds.take(clock, frame(time, 5 + 2 * random()));
    expect(clock.error!).toBeGreaterThanOrEqual(0);
  }
});
