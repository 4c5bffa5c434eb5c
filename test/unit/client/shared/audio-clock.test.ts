import { beforeEach, describe, expect, test } from "vitest";
import { AudioClockWatch, type Cure } from "../../../../client/shared/audio-clock.ts";

let watch: AudioClockWatch;
let context: { state: string; currentTime: number };
let now = 0;

beforeEach(() => {
  watch = new AudioClockWatch();
  context = { state: "running", currentTime: 0 };
  now = 10_000;
});

/** Looks four times a second. @param speed seconds of the context in a second */
function pass(seconds: number, speed: number): [afterMs: number, cure: Cure][] {
  const cures: [number, Cure][] = [];
  for (let step = 1; step <= seconds * 4; step++) {
    now += 250;
    context.currentTime += speed / 4;
    const cure = watch.look(context, now);
    if (cure) cures.push([step * 250, cure]);
  }
  return cures;
}

describe("a watched AudioContext", () => {
  test("is left alone while its clock moves, however slowly", () => {
    expect(pass(60, 1)).toEqual([]);
    expect(pass(60, 0.01)).toEqual([]);
  });

  test("is resumed, replaced and given up while its clock stands, each once", () => {
    pass(5, 1);
    expect(pass(60, 0)).toEqual([
      [1_000, "resume"],
      [1_750, "rebuild"],
      [3_750, "give-up"],
    ]);
    expect(watch.hasGivenUp).toBe(true);
  });

  test("that does not run stands, whatever its clock says", () => {
    pass(5, 1);
    context.state = "interrupted";
    expect(pass(2, 1)).toEqual([
      [1_000, "resume"],
      [1_750, "rebuild"],
    ]);
  });

  test("is cured by the first cure that makes its clock move, and may need it again", () => {
    pass(5, 1);
    expect(pass(1, 0)).toEqual([[1_000, "resume"]]);
    pass(5, 1);
    expect(pass(1, 0)).toEqual([[1_000, "resume"]]);
  });

  test("that takes the place of another has two seconds to begin, and is then given up", () => {
    pass(5, 1);
    pass(1.75, 0);
    context.currentTime = 0;
    watch.begin();
    expect(pass(3, 0)).toEqual([[2_000, "give-up"]]);
    // The person presses, and the next context runs.
    watch.retry();
    watch.begin();
    expect(pass(10, 1)).toEqual([]);
    expect(watch.hasGivenUp).toBe(false);
  });

  test("is not blamed for the time in which the page itself stood still, or nothing was to be heard", () => {
    pass(5, 1);
    now += 600_000;
    expect(pass(0.75, 0)).toEqual([]);
    expect(pass(10, 1)).toEqual([]);
  });
});
