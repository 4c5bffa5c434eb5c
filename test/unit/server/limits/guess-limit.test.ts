import { expect, test } from "vitest";
import { GuessLimit } from "../../../../server/limits/guess-limit.ts";

let time = 0;

/** Makes wrong guesses. Returns how long each had to wait, ms; undefined if it was refused. */
function guessWrong(limit: GuessLimit, guesses: readonly string[], key = "a"): (number | undefined)[] {
  return guesses.map((guess) => {
    const attempt = limit.attempt(key, guess);
    attempt?.failed();
    return attempt?.waitMs;
  });
}

const GUESSES = Array.from({ length: 40 }, (_, n) => `guess ${n}`);

test("after a burst of wrong guesses further ones wait, up to ten seconds; more are refused", () => {
  const limit = new GuessLimit({ perMinute: 30, now: () => time });
  const waits = guessWrong(limit, GUESSES);
  expect(waits.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 0));
  expect(waits.slice(30)).toEqual([2_000, 4_000, 6_000, 8_000, 10_000, ...Array.from({ length: 5 })]);
  expect(guessWrong(limit, ["x"], "b")).toEqual([0]);
});

test("no more than a burst and one minute's rate of wrong guesses are compared within any minute", () => {
  const limit = new GuessLimit({ perMinute: 30, now: () => time });
  const compared: number[] = [];
  for (const end = time + 10 * 60_000; time < end; time += 100) {
    const wait = guessWrong(limit, [`guess at ${time}`])[0];
    if (wait !== undefined) compared.push(time + wait);
  }
  for (const from of compared) {
    expect(compared.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(60);
  }
  expect(compared.length).toBeLessThanOrEqual(30 * 11 + 6);
});

test("right guesses are not counted, and a repeated wrong guess is counted once", () => {
  const limit = new GuessLimit({ perMinute: 3, now: () => time });
  for (let n = 0; n < 1_000; n++) limit.attempt("a", "right")!.succeeded();
  for (let n = 0; n < 1_000; n++) expect(guessWrong(limit, ["yesterday's"])).toEqual([0]);
  expect(guessWrong(limit, ["x", "y", "z"])).toEqual([0, 0, undefined]);
  expect(guessWrong(limit, ["yesterday's"])).toEqual([0]);
});

test("a guess that was wrong and has become right does not wait", () => {
  const limit = new GuessLimit({ perMinute: 1, now: () => time });
  guessWrong(limit, ["late"]);
  const again = limit.attempt("a", "late")!;
  expect(again.waitMs).toBe(0);
  again.succeeded();
  expect(limit.attempt("a", "other")).toBeUndefined();
});
