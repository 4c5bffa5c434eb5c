import { expect, test, vi } from "vitest";
import { WaitingPages } from "../../../../server/room/waiting-pages.ts";

test("the number of codes that a network waits for is limited, the number of its pages is not", async () => {
  const waiting = new WaitingPages();
  const admit = vi.fn();
  const codes = Array.from({ length: 31 }, (_, n) => `code ${n}`);
  const ends = codes.map((code) => waiting.add(code, "a", admit));
  const second = vi.fn();
  waiting.add("code 0", "a", second);
  await waiting.admitAll("code 30");
  expect(admit).not.toHaveBeenCalled();
  ends[1]!();
  waiting.add("code 30", "a", admit);
  waiting.add("code 31", "b", admit);
  for (const code of ["code 0", "code 1", "code 30", "code 31"]) await waiting.admitAll(code);
  expect(admit).toHaveBeenCalledTimes(3);
  expect(second).toHaveBeenCalledOnce();
});

test("a page that was admitted does not wait any more, and may wait again", async () => {
  const waiting = new WaitingPages();
  const admit = vi.fn();
  const end = waiting.add("code", "a", admit);
  await waiting.admitAll("code");
  const again = waiting.add("code", "a", admit);
  end();
  await waiting.admitAll("code");
  expect(admit).toHaveBeenCalledTimes(2);
  waiting.add("code", "a", admit);
  again();
  await waiting.admitAll("code");
  expect(admit).toHaveBeenCalledTimes(3);
});

test("a page that leaves while others are admitted does not cancel the wait of another page", async () => {
  const waiting = new WaitingPages();
  const admit = vi.fn();
  waiting.add("code", "a", vi.fn());
  const leave = waiting.add("code", "a", vi.fn());
  const opening = waiting.admitAll("code");
  waiting.add("code", "a", admit);
  leave();
  await opening;
  await waiting.admitAll("code");
  expect(admit).toHaveBeenCalledOnce();
});
