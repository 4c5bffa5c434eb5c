import { expect, test } from "vitest";
import { PictureClock, songTimeOf } from "../../../../../server/media/fanout/picture-clock.ts";

test("the song's time at a picture's moment follows from both sender reports", () => {
  const song = { ntpMs: 1_000, rtpTime: 48_000 };
  expect(songTimeOf(song, { ntpMs: 1_500, rtpTime: 7 })).toBe(72_000);
  expect(songTimeOf(song, { ntpMs: 0, rtpTime: 7 })).toBe(0);
  expect(songTimeOf(song, { ntpMs: -1, rtpTime: 7 })).toBe(2 ** 32 - 48);
});

test("a reading is reported first, and then when the time has moved by more than 2 ms", () => {
  const clock = new PictureClock();
  const reading = (ms: number, shift = 0) => ({ timestamp: (ms * 90) >>> 0, at: 5_000 + ms + shift });
  expect(clock.take(reading(0), 0)).toEqual(reading(0));
  expect(clock.take(reading(400), 400)).toBeUndefined();
  expect(clock.take(reading(800, 2), 800)).toBeUndefined();
  expect(clock.take(reading(1_200, 2.1), 1_200)).toEqual(reading(1_200, 2.1));
  expect(clock.take(reading(1_300, 100), 1_300)).toBeUndefined();
  expect(clock.take(reading(1_500, 100), 1_500)).toEqual(reading(1_500, 100));
  expect(clock.take(reading(1_800, 100), 1_800)).toBeUndefined();
});

test("a rollover of the RTP time is no movement", () => {
  const clock = new PictureClock();
  clock.take({ timestamp: 2 ** 32 - 9_000, at: 1_000 }, 0);
  expect(clock.take({ timestamp: 9_000, at: 1_200 }, 1_000)).toBeUndefined();
});
