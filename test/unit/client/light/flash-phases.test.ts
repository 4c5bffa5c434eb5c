import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FlashGuard, type FlashPhase } from "../../../../client/light/flash-guard.ts";
import { FlashPhases } from "../../../../client/light/flash-phases.ts";
import { FlashPlanner } from "../../../../server/wall/flash-planner.ts";
import {
  CHANGES_ALLOWED,
  count,
  countMean,
  countTogether,
  type Frame,
} from "../../../support/flash-checker.ts";
import { BLACK, colour, expectSafe, FRAME_MS, guarded, phaseAt, strobe, usual, WHITE } from "./guarded.ts";

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
