import { expect, test } from "vitest";
import { Addresses } from "../../../../../server/media/peer/addresses.ts";

const keys = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `address ${from + n}`);

test("an address stays with the one who has proven it, for as long as they check from it", () => {
  const addresses = new Addresses<string>();
  expect(addresses.claim("home", "host", 0)).toBe(true);
  addresses.prove("home", "host");
  for (let time = 0; time <= 300_000; time += 25_000) {
    expect(addresses.claim("home", "intruder", time)).toBe(false);
    expect(addresses.claim("home", "host", time)).toBe(true);
    expect(addresses.ownerOf("home")).toBe("host");
  }
});

test("an address that nobody has proven goes to whoever checks from it last", () => {
  const addresses = new Addresses<string>();
  addresses.claim("home", "intruder", 0);
  expect(addresses.claim("home", "browser", 1)).toBe(true);
  addresses.prove("home", "intruder");
  expect(addresses.claim("home", "intruder", 2)).toBe(true);
  addresses.claim("home", "browser", 3);
  addresses.prove("home", "browser");
  expect(addresses.claim("home", "intruder", 4)).toBe(false);
});

test("an address is free 30 seconds after the last check of its owner, and at once when they are gone", () => {
  const addresses = new Addresses<string>();
  for (const key of ["one", "two"]) {
    addresses.claim(key, "former", 0);
    addresses.prove(key, "former");
  }
  expect(addresses.claim("one", "next", 30_000)).toBe(false);
  expect(addresses.claim("one", "next", 30_001)).toBe(true);
  expect(addresses.claim("two", "next", 1)).toBe(false);
  addresses.release("former");
  expect(addresses.ownerOf("one")).toBe("next");
  expect(addresses.claim("two", "next", 1)).toBe(true);
});

test("of many addresses the one that was checked from longest ago is let go, but not the one in use", () => {
  const addresses = new Addresses<string>();
  for (const key of keys(1, 8)) addresses.claim(key, "peer", 0, "address 1");
  addresses.claim("address 2", "peer", 1, "address 1");
  addresses.claim("address 9", "peer", 1, "address 1");
  expect(keys(1, 9).filter((key) => addresses.ownerOf(key) !== "peer")).toEqual(["address 3"]);
});

test("who lets an address go does not take it from who has it now", () => {
  const addresses = new Addresses<string>();
  addresses.claim("address 1", "former", 0);
  addresses.claim("address 1", "next", 31_000);
  for (const key of keys(2, 20)) addresses.claim(key, "former", 31_000);
  expect(addresses.ownerOf("address 1")).toBe("next");
  addresses.release("former");
  expect(addresses.ownerOf("address 1")).toBe("next");
});

test("what one had is another's after it is handed over", () => {
  const addresses = new Addresses<string>();
  addresses.claim("home", "here", 0);
  addresses.handOver("here", "elsewhere");
  expect(addresses.ownerOf("home")).toBe("elsewhere");
  addresses.release("here");
  expect(addresses.ownerOf("home")).toBe("elsewhere");
  addresses.release("elsewhere");
  expect(addresses.ownerOf("home")).toBeUndefined();
});

test("nothing is left of those who are gone", () => {
  const addresses = new Addresses<number>();
  for (let owner = 0; owner < 1_000; owner++) {
    for (let n = 0; n < 20; n++) addresses.claim(`${(owner * 7 + n) % 500}`, owner, owner * 10_000);
  }
  for (let owner = 0; owner < 1_000; owner++) addresses.release(owner);
  expect(
    keys(0, 0)
      .concat(Array.from({ length: 500 }, (_, n) => `${n}`))
      .filter((key) => addresses.ownerOf(key) !== undefined),
  ).toEqual([]);
});
