import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Exact } from "../../../../client/shared/exact.ts";
import type { Piece } from "../../../../client/shared/frames-worker.ts";

/** A worker that finds what the test says. */
class FakeWorker {
  static found: (number | null)[] = [];
  onmessage: ((event: { data: { lateMs: number | null } }) => void) | null = null;

  static asked = 0;

  postMessage(): void {
    FakeWorker.asked += 1;
    const lateMs = FakeWorker.found.shift() ?? null;
    setTimeout(() => this.onmessage?.({ data: { lateMs } }), 10);
  }
}

let corrections: number[];
const piece: Piece = { sound: new Float32Array(4).fill(0.1), rate: 48_000, timestamp: 0 };
const exact = () =>
  new Exact(
    () => piece,
    (lateMs) => corrections.push(lateMs),
    0,
  );

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("Worker", FakeWorker);
  corrections = [];
  FakeWorker.asked = 0;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("Exact", () => {
  test.each([
    ["confirms", [0.2], [0.2]],
    ["corrects", [-20.3], [-20.3]],
    ["goes on where nothing is found", [null, null, 0], [0]],
  ])("%s", async (_, found, told) => {
    FakeWorker.found = [...found];
    exact().calibrate();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(corrections).toEqual(told);
  });

  test("waits for the pauses of a song to pass, without asking for what cannot be found", async () => {
    FakeWorker.found = [-10];
    let pause = true;
    const silent = new Float32Array(4);
    const dates = new Exact(
      () => ({ ...piece, sound: pause ? silent : piece.sound }),
      (lateMs) => corrections.push(lateMs),
      0,
    );
    dates.calibrate();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(FakeWorker.asked).toBe(0);
    pause = false;
    await vi.advanceTimersByTimeAsync(120);
    expect(corrections).toEqual([-10]);
  });

  test("forgets what it asked before it was told of a change", async () => {
    FakeWorker.found = [-20, -52];
    const asked = exact();
    asked.calibrate();
    await vi.advanceTimersByTimeAsync(5);
    asked.calibrate();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(corrections).toEqual([-52]);
  });

  test("looks again every second, and more often for a while after a slip", async () => {
    FakeWorker.found = [0, 0, -7, 0, 0];
    exact().calibrate();
    const countIn = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return corrections.length;
    };
    expect(await countIn(1_005)).toBe(1);
    expect(await countIn(1_000)).toBe(2);
    expect(await countIn(100)).toBe(3);
    expect(await countIn(200)).toBe(4);
    expect(await countIn(400)).toBe(5);
    expect(corrections).toEqual([0, 0, -7, 0, 0]);
  });
});
