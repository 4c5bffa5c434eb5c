import { beforeEach, describe, expect, test } from "vitest";
import { Pace } from "../../../../../client/listener/pace/pace.ts";

/** The wall clock is ahead of the page's by this, ms. */
const AHEAD = 5_000;
let wall: number | undefined;
let pace: Pace;

beforeEach(() => {
  wall = AHEAD;
  const clock = { at: (now: number) => wall && now + wall, error: 0.5 };
  pace = new Pace(clock);
  // RTP time 48,000 reached the server when the page's clock showed 100 ms.
  pace.timing = {
    clock: { timestamp: 48_000, at: AHEAD + 100 },
    delay: { from: 300, to: 300, at: 0, until: 0, auto: true },
  };
  pace.hear(1_000);
});

describe("media time", () => {
  test("is sent when the wall clock says so, and painted one wall delay later", () => {
    expect(pace.sent(100)).toBe(1_000);
    expect(pace.sent(250)).toBe(1_150);
    expect(pace.due(400)).toBe(1_000);
    expect(pace.paintedAt(1_000, 350)).toBe(400);
  });

  test("is unknown before the clock, the broadcast's time and the first frame are known", () => {
    wall = undefined;
    expect(pace.due(400)).toBeUndefined();
    wall = AHEAD;
    pace.timing = { delay: pace.timing!.delay };
    expect(pace.due(400)).toBeUndefined();
    expect(new Pace({ at: () => 0, error: 0 }).due(400)).toBeUndefined();
  });

  test("counts on over a wrap of the RTP time, in both directions", () => {
    const wrapMs = 2 ** 32 / 48;
    pace.hear(wrapMs - 100);
    expect(pace.mediaOf(4_800)).toBeCloseTo(wrapMs + 100, 6);
    pace.hear(wrapMs + 100);
    expect(pace.mediaOf(2 ** 32 - 4_800)).toBeCloseTo(wrapMs - 100, 6);
  });

  test("follows the wall delay while that moves", () => {
    pace.timing!.delay = { from: 300, to: 400, at: AHEAD, until: AHEAD + 1_000, auto: true };
    expect(pace.delay(500)).toBe(350);
    expect(pace.due(500)).toBe(1_400 - 350);
  });

  test("is painted later on a screen with a trim", () => {
    pace.trim = 40;
    expect(pace.due(440)).toBe(1_000);
    expect(pace.at(100)).toBe(AHEAD + 60);
  });
});

describe("a flash test", () => {
  test("is bright for 100 ms of each second of the wall clock, for 20 s", () => {
    pace.flashTest(AHEAD + 1_000);
    expect([999, 1_000, 1_099, 1_100, 2_050, 20_999].map((now) => pace.flash(now))).toEqual([
      false,
      true,
      true,
      false,
      true,
      false,
    ]);
    expect(pace.flash(21_000)).toBeUndefined();
    expect(pace.flash(1_050)).toBeUndefined();
  });

  test("is not there while nobody asked for one", () => {
    expect(pace.flash(1_000)).toBeUndefined();
  });
});
