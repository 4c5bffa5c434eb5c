import { describe, expect, test } from "vitest";
import { AddressTable } from "../../../../../server/media/peer/address-table.ts";

const keys = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `address ${from + n}`);

describe("an address", () => {
  test("stays with the owner that has validated it while the owner sends checks from it", () => {
    const table = new AddressTable<string>();
    expect(table.register("home", "host", 0)).toBe(true);
    table.markValidated("home", "host");
    for (let time = 0; time <= 300_000; time += 25_000) {
      expect(table.register("home", "attacker", time)).toBe(false);
      expect(table.register("home", "host", time)).toBe(true);
      expect(table.ownerOf("home")).toBe("host");
    }
  });

  test("that is not validated goes to the sender of the latest check", () => {
    const table = new AddressTable<string>();
    table.register("home", "attacker", 0);
    expect(table.register("home", "browser", 1)).toBe(true);
    table.markValidated("home", "attacker");
    expect(table.register("home", "attacker", 2)).toBe(true);
    table.register("home", "browser", 3);
    table.markValidated("home", "browser");
    expect(table.register("home", "attacker", 4)).toBe(false);
  });

  test("is free 30 seconds after its owner's last check, and at once when the owner is released", () => {
    const table = new AddressTable<string>();
    for (const key of ["one", "two"]) {
      table.register(key, "former", 0);
      table.markValidated(key, "former");
    }
    expect(table.register("one", "next", 30_000)).toBe(false);
    expect(table.register("one", "next", 30_001)).toBe(true);
    expect(table.register("two", "next", 1)).toBe(false);
    table.release("former");
    expect(table.ownerOf("one")).toBe("next");
    expect(table.register("two", "next", 1)).toBe(true);
  });

  test("is not taken from its new owner when a former owner drops addresses or is released", () => {
    const table = new AddressTable<string>();
    table.register("address 1", "former", 0);
    table.register("address 1", "next", 31_000);
    for (const key of keys(2, 20)) table.register(key, "former", 31_000);
    expect(table.ownerOf("address 1")).toBe("next");
    table.release("former");
    expect(table.ownerOf("address 1")).toBe("next");
  });
});

describe("an owner", () => {
  test("with a ninth address loses the one with the oldest check, but not the selected one", () => {
    const table = new AddressTable<string>();
    for (const key of keys(1, 8)) table.register(key, "peer", 0, "address 1");
    table.register("address 2", "peer", 1, "address 1");
    table.register("address 9", "peer", 1, "address 1");
    expect(keys(1, 9).filter((key) => table.ownerOf(key) !== "peer")).toEqual(["address 3"]);
  });

  test("has no addresses after they were transferred to another owner", () => {
    const table = new AddressTable<string>();
    table.register("home", "peer", 0);
    table.transfer("peer", "id of the peer");
    expect(table.ownerOf("home")).toBe("id of the peer");
    table.release("peer");
    expect(table.ownerOf("home")).toBe("id of the peer");
    table.release("id of the peer");
    expect(table.ownerOf("home")).toBeUndefined();
  });
});

test("the table is empty when all owners are released", () => {
  const table = new AddressTable<number>();
  for (let owner = 0; owner < 1_000; owner++) {
    for (let n = 0; n < 20; n++) table.register(`${(owner * 7 + n) % 500}`, owner, owner * 10_000);
  }
  for (let owner = 0; owner < 1_000; owner++) table.release(owner);
  const owned = Array.from({ length: 500 }, (_, n) => `${n}`).filter(
    (key) => table.ownerOf(key) !== undefined,
  );
  expect(owned).toEqual([]);
});
