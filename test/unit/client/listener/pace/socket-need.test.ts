import { beforeEach, expect, test } from "vitest";
import { SocketNeed } from "../../../../../client/listener/pace/socket-need.ts";

let need: SocketNeed;
let now: number;

beforeEach(() => {
  need = new SocketNeed();
  need.reset(0);
  now = 0;
});

/** Runs a page that updates every 250 ms, with or without frames over UDP. Returns all changes. */
function run(until: number, isReceiving: boolean): (readonly [now: number, isNeeded: boolean])[] {
  const changes: [number, boolean][] = [];
  for (; now < until; now += 10) {
    if (isReceiving && now % 20 === 0) need.arrived(now);
    if (now % 250 !== 0) continue;
    const changed = need.update(now);
    if (changed !== undefined) changes.push([now, changed]);
  }
  return changes;
}

test("nothing is needed while frames come over UDP", () => {
  expect(run(5_000, true)).toEqual([]);
});

test("frames are needed when none have come over UDP for a second, which is reported once", () => {
  run(500, true);
  expect(run(5_000, false)).toEqual([[1_500, true]]);
});

test("frames are no longer needed when they have come over UDP for a second again", () => {
  run(2_000, false);
  expect(run(5_000, true)).toEqual([[3_250, false]]);
});

test("single frames over UDP do not end the need", () => {
  run(2_000, false);
  need.arrived(now);
  expect(run(3_500, false)).toEqual([]);
  need.arrived(now);
  expect(run(5_000, false)).toEqual([]);
});

test("a page that was blocked does not take the frames that it has not counted yet for missing ones", () => {
  run(2_000, true);
  now += 3_000;
  expect(need.update(now)).toBeUndefined();
  expect(run(8_000, true)).toEqual([]);
});
