import { expect, test } from "vitest";
import { roomStats } from "../../../../server/room/stats.ts";

/** A listener over UDP whose screen needs this wall delay, ms. */
function listener(n: number, neededMs: number) {
  const report = { clockErrorMs: 1, neededMs, latenessMs: 0, precision: "exact", inStep: true } as const;
  return { member: { id: `page-${n}` }, connected: true, report, screen: `screen-${n}` };
}

const sources = { engine: { stats: () => undefined }, serves: () => false, isOff: () => false };

test("in a large wall, the screens that need most are listed, and then the first ones", () => {
  const many = Array.from({ length: 300 }, (_, n) => listener(n, n >= 250 && n < 270 ? 2_000 - n : 100));
  const { screens, sync } = roomStats(many, sources);
  expect(sync.reporting).toBe(300);
  const range = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => `screen-${from + n}`);
  expect(screens!.map(({ id }) => id)).toEqual([...range(250, 270), ...range(0, 180)]);
  expect(screens![0]).toMatchObject({ neededMs: 1_750 });
});

test("a screen that is switched off is listed, and does not count for how the wall keeps time", () => {
  const isOff = (screen: string) => screen === "screen-1";
  const { screens, sync } = roomStats([listener(0, 100), listener(1, 1_900)], { ...sources, isOff });
  expect(sync).toMatchObject({ reporting: 1, neededMs: 100 });
  expect(screens!.map(({ neededMs }) => neededMs)).toEqual([100, 1_900]);
});

test("each screen's figures say how it gets the song; only media over UDP can be relayed", () => {
  const behindRelay = (n: number) => {
    const own = listener(n, 100);
    return { ...own, report: { ...own.report, relayed: true } };
  };
  const all = [
    listener(0, 100),
    listener(1, 100),
    { ...listener(2, 100), connected: false },
    behindRelay(3),
    behindRelay(4),
    { ...behindRelay(5), connected: false },
  ];
  const serves = ({ id }: { id: string }) => id === "page-1" || id === "page-4";
  const { screens, relayed } = roomStats(all, { ...sources, serves });
  expect(screens!.map(({ receives }) => receives)).toEqual(["udp", "socket", null, "relay", "socket", null]);
  expect(relayed).toBe(1);
});

test("how many pictures a screen paints is unknown until it reports it", () => {
  const known = listener(1, 100);
  const { screens } = roomStats(
    [listener(0, 100), { ...known, report: { ...known.report, paintRate: 59.9 } }],
    sources,
  );
  expect(screens!.map(({ paintRate }) => paintRate)).toEqual([null, 59.9]);
});
