import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FrameWatch } from "../../../../../client/listener/pace/frame-watch.ts";
import type { Report } from "../../../../../server/protocol/messages.ts";

/** Time between two frames, ms. */
const FRAME_MS = 20;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watch of frames that all come in time, and the times at which it reported, ms. */
function watched() {
  const reported: number[] = [];
  const connection = {
    status: { joined: true },
    clock: { error: 0, roundTrip: 1, at: (now: number) => now, add: () => {} },
    downlink: undefined,
    isPlaying: false,
    report(_: Report) {
      if (this.status.joined) reported.push(performance.now());
    },
    wantFrames: () => {},
  };
  const pace = {
    at: (now: number) => now,
    delay: () => 300,
    error: 0,
    reference: () => undefined,
    rounding: 0,
    sent: (now: number) => now,
    trim: 0,
  };
  const ear = { kind: "frames", pace: () => {} } as const;
  // The clock is known, so that nothing else of it is used.
  const watch = new FrameWatch({ pace, ear, connection: connection as never, onChange: () => {} });
  const play = (forMs: number) => {
    for (let played = 0; played < forMs; played += FRAME_MS) {
      vi.advanceTimersByTime(FRAME_MS);
      const at = performance.now();
      watch.arrived({ media: at - 5, at, via: "udp" } as never);
    }
  };
  return { watch, connection, reported, play };
}

test("a screen that has come back reports again within a second", () => {
  const { watch, connection, reported, play } = watched();
  play(6_000);
  reported.length = 0;
  connection.status.joined = false;
  watch.reset(performance.now());
  play(2_000);
  expect(reported).toEqual([]);
  connection.status.joined = true;
  const back = performance.now();
  play(1_000);
  expect(reported).toHaveLength(1);
  expect(reported[0]! - back).toBeLessThan(1_000);
});

test("a screen whose frames come in time while the song is paused reports rarely", () => {
  const { reported, play } = watched();
  play(6_000);
  reported.length = 0;
  play(14_000);
  expect(reported.length).toBeLessThanOrEqual(1);
});
