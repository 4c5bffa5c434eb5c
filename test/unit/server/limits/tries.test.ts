import { expect, test } from "vitest";
import { Tries } from "../../../../server/limits/tries.ts";

let time = 0;

/** Waits of tries that turn out wrong as soon as they are looked at. */
function wrong(tries: Tries, guesses: readonly string[], key = "a"): (number | undefined)[] {
  return guesses.map((guess) => {
    const one = tries.take(key, guess);
    one?.wrong();
    return one?.wait;
  });
}

const GUESSES = Array.from({ length: 40 }, (_, n) => `guess ${n}`);

test("so many wrong tries at once, then one at a time, and no more than wait for ten seconds", () => {
  const tries = new Tries({ perMinute: 30, now: () => time });
  const waits = wrong(tries, GUESSES);
  expect(waits.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 0));
  expect(waits.slice(30)).toEqual([2_000, 4_000, 6_000, 8_000, 10_000, ...Array.from({ length: 5 })]);
  expect(wrong(tries, ["x"], "b")).toEqual([0]);
});

test("within any minute no more wrong tries are looked at than a burst and a minute's", () => {
  const tries = new Tries({ perMinute: 30, now: () => time });
  const looked: number[] = [];
  for (const end = time + 10 * 60_000; time < end; time += 100) {
    const wait = wrong(tries, [`guess at ${time}`])[0];
    if (wait !== undefined) looked.push(time + wait);
  }
  for (const from of looked) {
    expect(looked.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(60);
  }
  expect(looked.length).toBeLessThanOrEqual(30 * 11 + 6);
});

test("right tries do not count, and neither does the same wrong one again", () => {
  const tries = new Tries({ perMinute: 3, now: () => time });
  for (let n = 0; n < 1_000; n++) tries.take("a", "right")!.right();
  for (let n = 0; n < 1_000; n++) expect(wrong(tries, ["yesterday's"])).toEqual([0]);
  expect(wrong(tries, ["x", "y", "z"])).toEqual([0, 0, undefined]);
  expect(wrong(tries, ["yesterday's"])).toEqual([0]);
});

test("a wrong one that has become right is let through at once", () => {
  const tries = new Tries({ perMinute: 1, now: () => time });
  wrong(tries, ["late"]);
  const again = tries.take("a", "late")!;
  expect(again.wait).toBe(0);
  again.right();
  expect(tries.take("a", "other")).toBeUndefined();
});
