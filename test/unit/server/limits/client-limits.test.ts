import { describe, expect, test } from "vitest";
import { readConfig } from "../../../../server/config/config.ts";
import { ClientLimits } from "../../../../server/limits/client-limits.ts";
import type { LightwallError } from "../../../../server/protocol/errors.ts";
import type { Role } from "../../../../server/protocol/messages.ts";

test("a network has no more WebSockets than the limit, until it closes one", () => {
  const limits = new ClientLimits({ ...readConfig({}), socketsPerAddress: 2, now: () => 0 });
  expect([1, 2, 3].map(() => limits.acquireSocket("192.0.2.1"))).toEqual([true, true, false]);
  expect(limits.acquireSocket("192.0.2.2")).toBe(true);
  limits.releaseSocket("192.0.2.1");
  expect([1, 2].map(() => limits.acquireSocket("192.0.2.1"))).toEqual([true, false]);
});

describe("offers of media", () => {
  const make = (joinsPerMinute: number, now = () => 0) => {
    const limits = new ClientLimits({ ...readConfig({}), joinsPerMinute, now });
    return (session: string, address = "192.0.2.1", role: Role = "listener") => {
      try {
        limits.countOffer(session, address, role);
        return "allowed";
      } catch (error) {
        return (error as LightwallError).code;
      }
    };
  };

  test("a session makes five at once, then one per second", () => {
    let time = 0;
    const offer = make(100, () => time);
    const allowed = (count: number) =>
      Array.from({ length: count }, () => offer("page")).filter((one) => one === "allowed").length;
    expect(allowed(6)).toBe(5);
    expect(offer("page")).toBe("server-full");
    expect(offer("other")).toBe("allowed");
    time += 2_000;
    expect(allowed(5)).toBe(2);
  });

  test("a network makes as many as it may join screens; those of its hosts are counted apart", () => {
    const offer = make(3);
    expect(["a", "b", "c", "d"].map((page) => offer(page))).toEqual([
      "allowed",
      "allowed",
      "allowed",
      "server-full",
    ]);
    expect(offer("host", "192.0.2.1", "host")).toBe("allowed");
    expect(offer("d", "192.0.2.2")).toBe("allowed");
  });
});

test("joins, new walls and wrong keys are refused above their limit, for one network only", () => {
  const rates = { joinsPerMinute: 2, wallsPerHour: 2, wrongKeysPerMinute: 2 };
  const limits = new ClientLimits({ ...readConfig({}), ...rates, now: () => 0 });
  for (const count of ["countJoin", "countOpenedRoom", "countWrongKey"] as const) {
    const isRefused = (address: string) => {
      try {
        limits[count](address);
        return false;
      } catch (error) {
        return (error as LightwallError).code === "rate-limited";
      }
    };
    expect([1, 2, 3].map(() => isRefused("192.0.2.1"))).toEqual([false, false, true]);
    expect(isRefused("192.0.2.2")).toBe(false);
  }
});

test("the code of a wall that a network knows is no guess", () => {
  const limits = new ClientLimits({ ...readConfig({}), now: () => 0 });
  expect(limits.attemptCode("192.0.2.1", "AAAAA")).toBeDefined();
  limits.addKnownWall("192.0.2.1", "AAAAA");
  expect(limits.attemptCode("192.0.2.1", "AAAAA")).toBeUndefined();
  expect(limits.attemptCode("192.0.2.2", "AAAAA")).toBeDefined();
});
