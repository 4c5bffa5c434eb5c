import { expect, test } from "vitest";
import { CODE_ROUND_MS, CODES, Codes } from "../../../../server/data/codes.ts";
import { CODE_PATTERN } from "../../../../server/protocol/format.ts";

const SECRET = Buffer.alloc(32, 1);
const NOW = Date.UTC(2030, 0, 1);

function start(options: { reserved?: number; at?: number } = {}) {
  const clock = { time: options.at ?? NOW };
  const kept = { reserved: options.reserved ?? 0, writes: 0 };
  const codes = new Codes(SECRET, {
    time: () => clock.time,
    reserved: kept.reserved,
    reserve: (serial) => {
      kept.reserved = serial;
      kept.writes++;
    },
  });
  return { clock, kept, codes };
}

test("codes look like codes, and none comes twice in a burst of 6,000", { timeout: 30_000 }, () => {
  const { codes } = start();
  const given = Array.from({ length: 6_000 }, () => codes.next().code);
  expect(given.every((code) => CODE_PATTERN.test(code))).toBe(true);
  expect(new Set(given).size).toBe(given.length);
});

test("codes that follow one another are nothing alike, and others with another secret", () => {
  const other = new Codes(Buffer.alloc(32, 2), { time: () => NOW });
  const { codes } = start();
  const given = Array.from({ length: 1_000 }, () => [codes.next().code, other.next().code] as const);
  expect(given.filter(([one, two]) => one === two).length).toBeLessThan(3);
  // Each letter in each place about as often as any other: 1,000 / 23 = 43.
  for (let place = 0; place < 5; place++) {
    const counts = Object.values(Object.groupBy(given, ([code]) => code[place] ?? "")).map(
      (all) => all?.length ?? 0,
    );
    expect(counts).toHaveLength(23);
    expect(Math.min(...counts)).toBeGreaterThan(15);
    expect(Math.max(...counts)).toBeLessThan(90);
  }
});

test("a code comes again only after a round of all of them, and then the earlier serial is not current", () => {
  const { codes, clock } = start();
  const first = codes.next();
  clock.time += CODE_ROUND_MS - 10_000;
  expect(codes.isCurrent(first.serial)).toBe(true);
  clock.time += 20_000;
  expect(codes.isCurrent(first.serial)).toBe(false);
  const again = start({ reserved: first.serial + CODES }).codes.next();
  expect(again).toEqual({ code: first.code, serial: first.serial + CODES });
});

test("a burst that runs ahead of time ends keys early rather than share a code", () => {
  const { serial } = start().codes.next();
  const ahead = start({ reserved: serial + CODES - 1 }).codes;
  expect(ahead.isCurrent(serial)).toBe(true);
  ahead.next();
  expect(ahead.isCurrent(serial)).toBe(true);
  ahead.next();
  expect(ahead.isCurrent(serial)).toBe(false);
});

test("after a restart no serial is given again, also right after a burst, and with few writes", () => {
  const before = start();
  const given = Array.from({ length: 1_000 }, () => before.codes.next().serial);
  expect(before.kept.writes).toBeLessThan(20);
  const after = start({ reserved: before.kept.reserved });
  expect(after.codes.next().serial).toBeGreaterThan(Math.max(...given));
});

test("with the note lost and the clock set back, a serial that someone shows is not given again", () => {
  const { serial } = start().codes.next();
  const after = start({ at: NOW - 86_400_000 }).codes;
  expect(after.isCurrent(serial)).toBe(true);
  expect(after.next().serial).toBe(serial + 1);
});
