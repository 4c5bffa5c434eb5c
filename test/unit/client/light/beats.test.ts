import { expect, test } from "vitest";
import { Beats } from "../../../../client/light/beats.ts";

function found(...times: number[]): Beats {
  const beats = new Beats();
  for (const time of times) beats.record(time);
  return beats;
}

/** A song with a beat every half second from 0 to 60 s, in bars of four. */
const KNOWN = {
  around: (media: number) => {
    if (media < 0 || media >= 60_000) return;
    return { since: media % 500, until: 500 - (media % 500), inBar: Math.floor(media / 500) % 4 };
  },
  upTo: (media: number) => [Math.floor(media / 500) * 500],
};

test("gives the time since the last beat began, infinite before the first", () => {
  const beats = found(493, 1_493);
  expect(beats.at(2_000)).toEqual([493, 1_493]);
  expect([beats.since(492), beats.since(493), beats.since(1_600)]).toEqual([Infinity, 0, 107]);
});

test("keeps all beats until it is cleared", () => {
  const beats = found(...Array.from({ length: 12 }, (_, n) => 200 + 140 * n));
  expect(beats.at(10_000)).toHaveLength(12);
  beats.clear();
  expect(beats.at(10_000)).toEqual([]);
});

test("beats that are known ahead count instead of those that were found, where there are some", () => {
  const beats = found(70_000);
  beats.known = KNOWN;
  expect(beats.since(1_620)).toBe(120);
  expect(beats.at(1_620)).toEqual([1_500]);
  expect(beats.inBar(1_750)).toBe(3.5 / 4);
  expect(beats.since(70_100)).toBe(100);
  expect(beats.inBar(70_100)).toBeUndefined();
});
