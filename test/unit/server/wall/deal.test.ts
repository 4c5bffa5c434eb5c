import { expect, test } from "vitest";
import { Deal } from "../../../../server/wall/deal.ts";

/** A wall of this many screens, which came in the order of their numbers. */
function wallOf(size: number) {
  const [deal, present] = [new Deal(), [] as string[]];
  const enter = (id: string) => {
    present.push(id);
    return deal.enter(id, () => present);
  };
  for (let n = 0; n < size; n++) enter(`screen-${n}`);
  const leave = (id: string) => {
    present.splice(present.indexOf(id), 1);
    return deal.leave(id, () => present);
  };
  return { deal, enter, leave };
}

test("a screen alone has the whole, and each of a few has a part from low to high", () => {
  expect(wallOf(1).deal.of("screen-0")).toEqual({ index: 0, of: 1 });
  const { deal } = wallOf(3);
  expect([0, 1, 2].map((n) => deal.of(`screen-${n}`))).toEqual([
    { index: 0, of: 3 },
    { index: 1, of: 3 },
    { index: 2, of: 3 },
  ]);
});

test("of a few screens all get another part when one comes or goes, so that none belongs to nobody", () => {
  const { deal, enter, leave } = wallOf(2);
  expect(enter("third")).toEqual(["screen-0", "screen-1", "third"]);
  expect(leave("screen-0")).toEqual(["screen-1", "third"]);
  expect([deal.of("screen-1"), deal.of("third")]).toEqual([
    { index: 0, of: 2 },
    { index: 1, of: 2 },
  ]);
});

test("in a larger wall only the one that comes gets a part, the one that fewest have", () => {
  const { deal, enter, leave } = wallOf(8);
  expect(enter("ninth")).toEqual(["ninth"]);
  expect(deal.of("ninth")).toEqual({ index: 0, of: 8 });
  expect(enter("tenth")).toEqual(["tenth"]);
  expect(deal.of("tenth")).toEqual({ index: 1, of: 8 });
  expect(leave("screen-5")).toEqual([]);
  expect(enter("again")).toEqual(["again"]);
  expect(deal.of("again")).toEqual({ index: 5, of: 8 });
});
