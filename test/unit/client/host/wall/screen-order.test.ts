import { describe, expect, test } from "vitest";
import { healthOf } from "../../../../../client/host/wall/screen-health.ts";
import { asShown, worstFirst } from "../../../../../client/host/wall/screen-order.ts";
import type { ScreenFigures } from "../../../../../server/protocol/messages.ts";

/** Screens with these figures, named by what is wrong with them. */
const TROUBLES: Readonly<Record<string, Partial<ScreenFigures>>> = {
  fine: {},
  slow: { paintRate: 30 },
  slower: { paintRate: 20 },
  socket: { receives: "socket" },
  unlit: { neededMs: null },
  clock: { clockErrorMs: 30 },
  lossy: { loss: 0.05 },
  lossier: { loss: 0.5 },
  late: { latenessMs: 40 },
  later: { latenessMs: 60 },
  latest: { latenessMs: 200 },
  behind: { neededMs: 900 },
  silent: { receives: null },
};

const figuresOf = (id: string): ScreenFigures => ({
  id,
  roundTripMs: 20,
  loss: 0,
  clockErrorMs: 0.5,
  neededMs: 90,
  latenessMs: 0,
  paintRate: 60,
  receives: "udp",
  ...TROUBLES[id],
});

const ids = Object.keys(TROUBLES);
const all = ids.map(figuresOf);
const health = new Map(all.map((one) => [one.id, healthOf(one, all)]));
const numbered = (ids: readonly string[]) => ids.map((id, at) => ({ id, number: at + 1 }));

describe("screens", () => {
  test("come in the order of their lights, then of their troubles, then of how bad these are", () => {
    const order = worstFirst(numbered(["fine", "also", "off", ...ids.slice(1)]), health);
    expect(order.map(({ id }) => id)).toEqual([
      ...["silent", "behind", "latest"],
      ...["later", "late", "lossier", "lossy", "clock", "unlit", "socket", "slower", "slow"],
      "fine",
      // Of these two nothing is known.
      ...["also", "off"],
    ]);
  });

  test("that do equally well come by their numbers", () => {
    const screens = [
      { id: "b", number: 12 },
      { id: "a", number: 9 },
      { id: "c", number: 10 },
    ];
    expect(worstFirst(screens, new Map()).map(({ number }) => number)).toEqual([9, 10, 12]);
  });

  test("keep the order in which they were shown; those that are gone go, and new ones come last", () => {
    const order = asShown(numbered(["new", "c", "b", "newer", "a"]), ["a", "gone", "b", "c"]);
    expect(order.map(({ id }) => id)).toEqual(["a", "b", "c", "new", "newer"]);
  });
});
