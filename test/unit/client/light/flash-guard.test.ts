import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FlashGuard, type FlashPhase } from "../../../../client/light/flash-guard.ts";
import { FlashPhases } from "../../../../client/light/flash-phases.ts";
import type { Rgb } from "../../../../client/light/photometry.ts";
import { FlashPlanner } from "../../../../server/wall/flash-planner.ts";
import {
  CHANGES_ALLOWED,
  count,
  countMean,
  countTogether,
  type Frame,
} from "../../../support/flash-checker.ts";

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];
const RED: Rgb = [255, 0, 0];
const FRAME_MS = 1_000 / 60;

const byte = fc.integer({ min: 0, max: 255 });
const colour: fc.Arbitrary<Rgb> = fc.oneof(
  fc.constantFrom<Rgb>(BLACK, WHITE, RED, [0, 0, 255], [0, 255, 0], [60, 4, 0], [255, 120, 0], [255, 0, 90]),
  fc.tuple(byte, byte, byte),
);
/** Hostile sequences of frames: any colours, each for any time, at any frame rate. */
const hostile = fc
  .array(fc.tuple(colour, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 4, max: 34 })), {
    minLength: 8,
    maxLength: 40,
  })
  .map((runs) => {
    const frames: Frame[] = [];
    let at = 0;
    for (const [rgb, length, frameMs] of runs) {
      for (let n = 0; n < length; n++) {
        at += frameMs;
        frames.push({ at, rgb });
      }
    }
    return frames;
  });

const usual = new FlashPhases();
const phaseAt = (wall: number) => usual.at(wall);

/** @param phaseOf the wall's phase at a time of the wall clock; without a wall each screen decides */
function guarded(
  frames: readonly Frame[],
  wallAhead?: number,
  phaseOf: (wall: number) => FlashPhase = phaseAt,
): Frame[] {
  const guard = new FlashGuard();
  return frames.map(({ at, rgb }) => ({
    at,
    rgb: guard.allow(rgb, at, wallAhead === undefined ? undefined : phaseOf(at + wallAhead)),
  }));
}

/** Two alternating colours, `hertz` times per second, for `seconds`. */
function strobe(hertz: number, on: Rgb, off: Rgb, seconds = 4): Frame[] {
  return Array.from({ length: seconds * 60 }, (_, n) => {
    const at = n * FRAME_MS;
    return { at, rgb: (at * hertz * 2) % 2_000 < 1_000 ? on : off };
  });
}

function expectSafe(counted: { general: number; red: number }): void {
  expect(counted.general).toBeLessThanOrEqual(CHANGES_ALLOWED);
  expect(counted.red).toBeLessThanOrEqual(CHANGES_ALLOWED);
}

describe("the flash checker of these tests", () => {
  test("counts the flashes of a strobe, general and red", () => {
    expect(count(strobe(5, WHITE, BLACK)).general).toBeGreaterThanOrEqual(9);
    expect(count(strobe(5, WHITE, BLACK)).red).toBe(0);
    expect(count(strobe(10, RED, BLACK))).toMatchObject({ general: expect.closeTo(20, -1) });
    expect(count(strobe(10, RED, [54, 54, 255])).red).toBeGreaterThan(CHANGES_ALLOWED);
  });

  test("ignores changes that WCAG ignores", () => {
    expectSafe(count(strobe(2.5, WHITE, BLACK)));
    // Luminances 0.81 and 1.00 are too bright to count; 0.05 and 0.14 differ too little.
    expect(count(strobe(10, WHITE, [232, 232, 232])).general).toBe(0);
    expect(count(strobe(10, [63, 63, 63], [104, 104, 104])).general).toBe(0);
  });

  test("finds screens that flash alternately", () => {
    const screens = [0, 1].map((n) =>
      strobe(3, WHITE, BLACK).map(({ at }, frame, all) => ({
        at,
        rgb: all[Math.max(frame - n * 5, 0)]!.rgb,
      })),
    );
    expectSafe(count(screens[0]!));
    expect(countTogether(screens).general).toBeGreaterThan(CHANGES_ALLOWED);
  });

  test("finds violations in most hostile sequences without a guard", () => {
    const found = fc.sample(hostile, { numRuns: 200, seed: 1 }).filter((frames) => {
      const { general, red } = count(frames);
      return general > CHANGES_ALLOWED || red > CHANGES_ALLOWED;
    });
    expect(found.length).toBeGreaterThan(100);
  });
});

describe("the guard of one screen", () => {
  test("makes 10,000 hostile sequences safe", () => {
    fc.assert(
      fc.property(hostile, (frames) => expectSafe(count(guarded(frames)))),
      { numRuns: 10_000 },
    );
  }, 120_000);

  test.each([4, 5, 7.5, 10, 15, 20, 30])("makes a strobe of %d Hz safe, and still lets it flash", (hertz) => {
    for (const [on, off] of [
      [WHITE, BLACK],
      [RED, BLACK],
      [RED, [0, 0, 255]],
    ] as [Rgb, Rgb][]) {
      const frames = guarded(strobe(hertz, on, off));
      expectSafe(count(frames));
      const { general, red } = count(frames.slice(120));
      expect(Math.max(general, red)).toBeGreaterThanOrEqual(4);
    }
  });

  test("does not change a beat of up to 144 per minute", () => {
    for (const hertz of [1, 2, 2.4]) {
      const frames = strobe(hertz, WHITE, BLACK);
      expect(guarded(frames)).toEqual(frames);
    }
  });

  test("does not change light without flashes, however fast it changes", () => {
    const frames = strobe(30, [80, 80, 80], [60, 60, 60]);
    expect(guarded(frames)).toEqual(frames);
  });

  test("moves towards the wanted colour as far as the rules admit", () => {
    const guard = new FlashGuard();
    const colours = [BLACK, WHITE, BLACK, WHITE, BLACK, WHITE].map((rgb, n) => guard.allow(rgb, n * 20));
    expect(colours.slice(0, 5)).toEqual([BLACK, WHITE, BLACK, WHITE, BLACK]);
    expect(colours[5]![0]).toBeGreaterThan(80);
    expect(colours[5]![0]).toBeLessThan(100);
    expect(guard.allow(WHITE, 600)).toEqual(WHITE);
  });
});

/** Each screen, every chain of changes over all of them, and their mean. */
function expectWallSafe(screens: Frame[][]): void {
  for (const frames of screens) expectSafe(count(frames));
  expectSafe(countTogether(screens));
  const weights = screens.map((_, s) => 1 + s);
  expectSafe(countMean(screens, weights));
}

describe("the guards of a wall", () => {
  const walls = fc.array(fc.array(colour, { minLength: 90, maxLength: 90 }), { minLength: 2, maxLength: 5 });

  test("make the wall safe for any colours of the screens, with errors of their clocks and frames", () => {
    fc.assert(
      fc.property(
        walls,
        fc.array(fc.integer({ min: -14, max: 14 })),
        fc.nat(10_000),
        (wanted, errors, start) => {
          const screens = wanted.map((colours, s) => {
            const frames = colours.map((rgb, n) => ({ at: n * 20, rgb }));
            return guarded(frames, start + (errors[s] ?? 0));
          });
          expectWallSafe(screens);
        },
      ),
      { numRuns: 300 },
    );
  }, 120_000);

  test("make it safe where screens get out of step and back again, as by a change of the timing", () => {
    const outings = fc.array(fc.tuple(fc.nat(1_800), fc.integer({ min: 20, max: 900 })), { maxLength: 4 });
    fc.assert(
      fc.property(walls, fc.array(outings, { maxLength: 5 }), fc.nat(10_000), (wanted, out, start) => {
        const screens = wanted.map((colours, s) => {
          const isOut = (at: number) => (out[s] ?? []).some(([from, ms]) => at >= from && at < from + ms);
          const frames = colours.map((rgb, n) => ({ at: n * 20, rgb }));
          return guarded(frames, start, (wall) => usual.at(wall, !isOut(wall - start)));
        });
        expectWallSafe(screens);
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  /** What a host does: at some times, beats of a tempo from some time on, as of a seek or another song. */
  const plans = fc
    .array(
      fc.record({
        after: fc.integer({ min: 50, max: 9_000 }),
        period: fc.integer({ min: 200, max: 1_400 }),
        from: fc.integer({ min: -2_000, max: 9_000 }),
        jitter: fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 7 }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((changes) => {
      const planner = new FlashPlanner();
      let now = 0;
      return changes.map(({ after, period, from, jitter }) => {
        now += after;
        const beats = Array.from(
          { length: 24 },
          (_, n) => now + from + n * period + jitter[n % jitter.length]!,
        );
        const phases = new FlashPhases();
        phases.plan = [...planner.follow(beats, now)];
        return { at: now, phases };
      });
    });

  test("make it safe on the beat too, whatever changes when, and whoever hears of it a second late", () => {
    fc.assert(
      fc.property(
        walls,
        fc.array(fc.integer({ min: -14, max: 14 })),
        plans,
        fc.nat(25_000),
        (wanted, errors, versions, start) => {
          const screens = wanted.map((colours, s) => {
            const phaseOf = (wall: number) => {
              const known = versions.filter(({ at }) => at + (s % 3) * 500 <= wall);
              return (known.at(-1)?.phases ?? usual).at(wall);
            };
            const frames = colours.map((rgb, n) => ({ at: n * 20, rgb }));
            return guarded(frames, start + (errors[s] ?? 0), phaseOf);
          });
          expectWallSafe(screens);
        },
      ),
      { numRuns: 80 },
    );
  }, 120_000);

  test("have at most six phases in any second whatever the beats", () => {
    fc.assert(
      fc.property(plans, (versions) => {
        const { phases, at: from } = versions.at(-1)!;
        expectApart((at) => phases.at(from - 2_000 + at), 14_000);
      }),
      { numRuns: 30 },
    );
  });

  test("rise on beats of a usual tempo once these are known", () => {
    for (const bpm of [66, 90, 120, 128, 140, 150, 160]) {
      const beats = Array.from({ length: 40 }, (_, n) => (n * 60_000) / bpm);
      const phases = new FlashPhases();
      phases.plan = new FlashPlanner().follow(beats, 0);
      const known = beats.filter((beat) => beat > 8_000 && beat < 14_000);
      for (const beat of known) {
        for (const after of [-20, 0, 30]) expect(phases.at(beat + after), `${bpm}`).toBe("rise");
      }
    }
  });

  test("do not make the wall safe if each screen follows only its own budget", () => {
    const screens = [0, 250].map((late) =>
      guarded(
        Array.from({ length: 180 }, (_, n) => {
          const at = n * FRAME_MS;
          return { at, rgb: (at + late) % 500 < 100 ? WHITE : BLACK };
        }),
      ),
    );
    for (const frames of screens) expectSafe(count(frames));
    expect(countTogether(screens).general).toBeGreaterThan(CHANGES_ALLOWED);
  });

  /** Phases of the same direction are one; two opposite ones lie 30 ms apart, seven more than a second. */
  function expectApart(phaseOf: (at: number) => FlashPhase, ms: number): void {
    const moves: { phase: string; from: number; to: number }[] = [];
    for (let at = 0; at < ms; at++) {
      const [phase, last] = [phaseOf(at), moves.at(-1)];
      if (phase === "hold") continue;
      if (last?.phase === phase && last.to === at - 1) last.to = at;
      else moves.push({ phase, from: at, to: at });
    }
    for (const [n, { from, phase }] of moves.entries()) {
      const before = moves[n - 1];
      if (before) expect([before.phase === phase, from - before.to > 30]).toEqual([false, true]);
      if (n >= 6) expect(from - moves[n - 6]!.to).toBeGreaterThan(1_030);
    }
  }

  test("have at most six phases in any second, with a margin of 30 ms", () => {
    expectApart(phaseAt, 10_000);
  });

  test("delay a rise by 160 ms at most, and by 29 ms on average", () => {
    const waits = Array.from({ length: 900 }, (_, asked) => {
      const guard = new FlashGuard();
      for (let at = 0; ; at++) {
        const [red] = guard.allow(at < asked ? BLACK : WHITE, at, phaseAt(at));
        if (red === 255) return at - asked;
      }
    });
    expect(Math.max(...waits)).toBe(160);
    expect(waits.reduce((sum, wait) => sum + wait) / waits.length).toBeCloseTo(28.6, 0);
  });

  test("let each screen show its full colour again and again", () => {
    const frames = guarded(strobe(7, WHITE, BLACK), 0).slice(60);
    expect(frames.some(({ rgb }) => rgb[0] === 255)).toBe(true);
    expect(frames.some(({ rgb }) => rgb[0] === 0)).toBe(true);
  });
});
