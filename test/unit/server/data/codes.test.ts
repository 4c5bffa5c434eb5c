import { expect, test } from "vitest";
import { CODE_ROUND_MS, CODES, Codes } from "../../../../server/data/codes.ts";
import { CODE_PATTERN } from "../../../../server/protocol/format.ts";

const SECRET = Buffer.alloc(32, 1);
const NOW = Date.UTC(2030, 0, 1);

function start(options: { reserved?: number; at?: number } = {}) {
  const clock = { time: options.at ?? NOW };
  const saved = { reserved: options.reserved ?? 0, writes: 0 };
  const codes = new Codes(SECRET, {
    time: () => clock.time,
    reserved: saved.reserved,
    reserve: (serial) => {
      saved.reserved = serial;
      saved.writes++;
    },
  });
  return { clock, saved, codes };
}

test("codes match the pattern, and none repeats in a burst of 6,000", { timeout: 30_000 }, () => {
  const { codes } = start();
  const issued = Array.from({ length: 6_000 }, () => codes.next().code);
  expect(issued.every((code) => CODE_PATTERN.test(code))).toBe(true);
  expect(new Set(issued).size).toBe(issued.length);
});

test("consecutive codes look random, and another secret gives other codes", () => {
  const other = new Codes(Buffer.alloc(32, 2), { time: () => NOW });
  const { codes } = start();
  const issued = Array.from({ length: 1_000 }, () => [codes.next().code, other.next().code] as const);
  expect(issued.filter(([one, two]) => one === two).length).toBeLessThan(3);
  // At each position each letter is about equally frequent: 1,000 / 23 = 43.
  for (let position = 0; position < 5; position++) {
    const counts = Object.values(Object.groupBy(issued, ([code]) => code[position] ?? "")).map(
      (all) => all?.length ?? 0,
    );
    expect(counts).toHaveLength(23);
    expect(Math.min(...counts)).toBeGreaterThan(15);
    expect(Math.max(...counts)).toBeLessThan(90);
  }
});

test("a code repeats only after all others, and then its earlier serial is not current", () => {
  const { codes, clock } = start();
  const first = codes.next();
  clock.time += CODE_ROUND_MS - 10_000;
  expect(codes.isCurrent(first.serial)).toBe(true);
  clock.time += 20_000;
  expect(codes.isCurrent(first.serial)).toBe(false);
  const again = start({ reserved: first.serial + CODES }).codes.next();
  expect(again).toEqual({ code: first.code, serial: first.serial + CODES });
});

test("a burst that runs ahead of time makes keys past early: no two current keys share a code", () => {
  const { serial } = start().codes.next();
  const ahead = start({ reserved: serial + CODES - 1 }).codes;
  expect(ahead.isCurrent(serial)).toBe(true);
  ahead.next();
  expect(ahead.isCurrent(serial)).toBe(true);
  ahead.next();
  expect(ahead.isCurrent(serial)).toBe(false);
});

test("a restart repeats no serial, also right after a burst, and a burst needs few writes", () => {
  const before = start();
  const issued = Array.from({ length: 1_000 }, () => before.codes.next().serial);
  expect(before.saved.writes).toBeLessThan(20);
  const after = start({ reserved: before.saved.reserved });
  expect(after.codes.next().serial).toBeGreaterThan(Math.max(...issued));
});

test("after the position is lost and the clock set back, a serial that was shown is not issued again", () => {
  const { serial } = start().codes.next();
  const after = start({ at: NOW - 86_400_000 }).codes;
  expect(after.isCurrent(serial)).toBe(true);
  expect(after.next().serial).toBe(serial + 1);
});
