import { describe, expect, test } from "vitest";
import { LayerChoice } from "../../../../../server/media/peer/layer-choice.ts";

/** What the listener is sent, bits per second. */
const RATE = 1_500_000;

/** A choice with reports one second apart. */
function choosing(offered: readonly ("high" | "low")[] = ["high", "low"]) {
  const choice = new LayerChoice(offered);
  choice.setFlowing(["high", "low"]);
  let time = 0;
  /** Reports of some seconds; the listener gets what is chosen at once. Returns the layer in the end. */
  const report = (loss: number, seconds = 1) => {
    for (let n = 0; n < seconds; n++) {
      const before = choice.layer;
      choice.report(loss, time);
      if (choice.layer !== before) choice.changed(time);
      time += 1_000;
    }
    return choice.layer;
  };
  /** Seconds of good reports until the high layer is chosen. */
  const untilHigh = () => {
    const from = time;
    while (report(0) !== "high" && time - from < 1_000_000);
    return (time - from) / 1_000;
  };
  return { choice, report, untilHigh, time: () => time };
}

describe("the choice of a layer", () => {
  test("starts at low, and goes to high after five seconds of good reports", () => {
    const { choice, report } = choosing();
    expect(choice.layer).toBe("low");
    expect(report(0.01, 5)).toBe("low");
    expect(report(0.01)).toBe("high");
  });

  test("stays at low while reports are not good", () => {
    const { report } = choosing();
    for (let n = 0; n < 20; n++) {
      report(0, 4);
      expect(report(0.03)).toBe("low");
    }
  });

  test("falls to low at one bad report, but not in the first moments after a change", () => {
    const { report, untilHigh } = choosing();
    untilHigh();
    expect(report(0.5, 2)).toBe("high");
    expect(report(0.09)).toBe("high");
    expect(report(0.11)).toBe("low");
  });

  test("falls to low when a quarter of half a second is asked for again, also right after a change", () => {
    const { choice, untilHigh, time } = choosing();
    const perSecond = 200;
    choice.missed(1_000, perSecond, 0);
    expect(choice.layer).toBe("low");
    untilHigh();
    for (let n = 0; n < 20; n++) {
      // 10 % of all, and as much as ten packets where there are few.
      choice.missed(10, perSecond, time() + n * 501);
      choice.missed(10, 0, time() + 200_000 + n * 501);
      expect(choice.layer).toBe("high");
    }
    const later = time() + 1_000_000;
    choice.missed(20, perSecond, later);
    expect(choice.layer).toBe("high");
    choice.missed(10, perSecond, later + 400);
    expect(choice.layer).toBe("low");
  });

  test("waits 15 s after a failure, twice as long after each further one, four minutes at most", () => {
    const { report, untilHigh } = choosing();
    untilHigh();
    const waits: number[] = [];
    for (let n = 0; n < 7; n++) {
      report(0.2, 4);
      waits.push(untilHigh());
    }
    for (const [n, expected] of [15, 30, 60, 120, 240, 240, 240].entries()) {
      expect(waits[n]).toBeGreaterThan(expected - 4);
      expect(waits[n]).toBeLessThanOrEqual(expected + 2);
    }
  });

  test("a high layer that has lasted a minute is no failed attempt", () => {
    const { report, untilHigh } = choosing();
    untilHigh();
    for (let n = 0; n < 4; n++) {
      report(0.2, 4);
      untilHigh();
    }
    report(0, 70);
    expect(report(0.2)).toBe("low");
    expect(untilHigh()).toBeLessThanOrEqual(17);
  });

  test("an estimate that has fallen below what the listener gets leaves high", () => {
    const { choice, untilHigh, time } = choosing();
    choice.setEstimate(100_000, RATE, 0);
    untilHigh();
    for (const estimate of [300_000, 900_000, 2_000_000, 1_600_000, 1_900_000])
      choice.setEstimate(estimate, RATE, time());
    expect(choice.layer).toBe("high");
    choice.setEstimate(1_300_000, RATE, time());
    expect(choice.layer).toBe("low");
    expect(untilHigh()).toBeGreaterThan(11);
  });

  test("an estimate that falls behind a growing rate leaves nothing", () => {
    const { choice, untilHigh, time } = choosing();
    untilHigh();
    for (const rate of [100_000, 400_000, 1_000_000, 2_000_000])
      choice.setEstimate(100_000 + rate / 4, rate, time());
    expect(choice.layer).toBe("high");
  });

  test("an estimate that falls keeps low", () => {
    const { choice, report, time } = choosing();
    for (let n = 0; n < 10; n++) {
      report(0, 3);
      choice.setEstimate(500_000, 300_000, time());
      choice.setEstimate(200_000, 300_000, time());
      expect(choice.layer).toBe("low");
    }
  });

  test("one layer in the offer, or one that flows, is chosen without reports", () => {
    const { choice } = choosing(["high"]);
    expect(choice.layer).toBe("high");
    choice.setFlowing(["low"]);
    expect(choice.layer).toBeUndefined();
    const both = choosing().choice;
    both.setFlowing(["high"]);
    expect(both.layer).toBe("high");
    both.report(0.5, 10_000);
    expect(both.layer).toBe("high");
    both.setFlowing([]);
    expect(both.layer).toBeUndefined();
  });
});
