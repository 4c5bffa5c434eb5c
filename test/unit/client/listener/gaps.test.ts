import { describe, expect, test } from "vitest";
import { Gaps } from "../../../../client/listener/gaps.ts";

const RATE = 48_000;
const WINDOW = 2_048;

/** A song with nothing in it at some places, as an analyser shows it at a time: its newest samples. */
function heard(gaps: readonly [fromMs: number, ms: number][], nowMs: number, volume = 0.3): Float32Array {
  const end = Math.round((nowMs * RATE) / 1_000);
  return Float32Array.from({ length: WINDOW }, (_, n) => {
    const sample = end - WINDOW + n;
    const ms = (sample * 1_000) / RATE;
    const isGap = gaps.some(([from, length]) => ms >= from && ms < from + length);
    return isGap ? 0 : volume * Math.sin(sample * 0.05) + volume * 0.5 * Math.sin(sample * 0.31 + 1);
  });
}

/** Looks at each frame of a display; what was found missing, and when. */
function watch(gaps: readonly [number, number][], { volume = 0.3, unevenMs = 0 } = {}) {
  const eye = new Gaps();
  const found: [at: number, ms: number][] = [];
  for (let frame = 0; frame < 60; frame++) {
    const now = 100 + frame * 16.7;
    const clock = now + (frame % 2 === 0 ? unevenMs : 0);
    const missing = eye.look(heard(gaps, now, volume), RATE, clock);
    if (missing > 0) found.push([now, missing]);
  }
  return found;
}

describe("Gaps", () => {
  test("finds nothing in a song without any", () => {
    expect(watch([])).toEqual([]);
  });

  test("finds each once, as soon as sound goes on, in whole beats", () => {
    // Edges are blurred: eight of ten milliseconds are nothing at all.
    const found = watch([
      [300, 8],
      [700, 18],
    ]);
    expect(found.map(([, ms]) => ms)).toEqual([10, 20]);
    expect(found[0]![0] - 308).toBeLessThan(20);
    expect(found[1]![0] - 718).toBeLessThan(20);
  });

  test("finds two in one frame, and counts neither again when the graph's clock is read late", () => {
    const gaps = [
      [300, 10],
      [318, 10],
    ] as const;
    const found = watch(gaps as never, { unevenMs: 2.6 });
    expect(found.reduce((sum, [, ms]) => sum + ms, 0)).toBe(20);
  });

  test("takes neither silence nor the end of a fading song for one", () => {
    expect(watch([[300, 400]])).toEqual([]);
    expect(watch([[300, 8]], { volume: 0.000_1 })).toEqual([]);
  });

  test("does not count a zero here and there", () => {
    expect(watch([[300, 3]])).toEqual([]);
  });

  test("counts on a new graph's clock", () => {
    const eye = new Gaps();
    expect(eye.look(heard([[300, 10]], 330), RATE, 330)).toBe(10);
    eye.reset();
    expect(eye.look(heard([[100, 10]], 130), RATE, 130)).toBe(10);
  });
});
