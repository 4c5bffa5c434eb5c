import { beforeEach, expect, test } from "vitest";
import { SocketNeed } from "../../../../../client/listener/pace/socket-need.ts";

let need: SocketNeed;

beforeEach(() => {
  need = new SocketNeed();
  need.reset(0);
});

/** Frames come over UDP every 20 ms. */
function receive(from: number, to: number): void {
  for (let now = from; now < to; now += 20) need.arrived(now);
}

test("nothing is needed while frames come over UDP", () => {
  receive(0, 5_000);
  expect(need.update(5_000)).toBeUndefined();
});

test("frames are needed when none have come over UDP for a second, and that is said once", () => {
  receive(0, 500);
  expect(need.update(1_400)).toBeUndefined();
  expect(need.update(1_500)).toBe(true);
  expect(need.update(2_000)).toBeUndefined();
});

test("frames are no longer needed when they have come over UDP for a second again", () => {
  expect(need.update(1_100)).toBe(true);
  receive(2_000, 2_800);
  expect(need.update(2_800)).toBeUndefined();
  receive(2_800, 3_100);
  expect(need.update(3_100)).toBe(false);
});

test("single frames over UDP do not end the need", () => {
  expect(need.update(1_100)).toBe(true);
  need.arrived(2_000);
  need.arrived(3_500);
  expect(need.update(3_600)).toBeUndefined();
});
