import { expect, test, vi } from "vitest";
import { Waiting } from "../../../../server/room/waiting.ts";

test("a network waits for so many codes and no more, with as many pages as it likes", async () => {
  const waiting = new Waiting();
  const letIn = vi.fn();
  const codes = Array.from({ length: 31 }, (_, n) => `code ${n}`);
  const ends = codes.map((code) => waiting.add(code, "a", letIn));
  const second = vi.fn();
  waiting.add("code 0", "a", second);
  await waiting.letIn("code 30");
  expect(letIn).not.toHaveBeenCalled();
  ends[1]!();
  waiting.add("code 30", "a", letIn);
  waiting.add("code 31", "b", letIn);
  for (const code of ["code 0", "code 1", "code 30", "code 31"]) await waiting.letIn(code);
  expect(letIn).toHaveBeenCalledTimes(3);
  expect(second).toHaveBeenCalledOnce();
});

test("who is let in waits no more, and may wait again", async () => {
  const waiting = new Waiting();
  const letIn = vi.fn();
  const end = waiting.add("code", "a", letIn);
  await waiting.letIn("code");
  const again = waiting.add("code", "a", letIn);
  end();
  await waiting.letIn("code");
  expect(letIn).toHaveBeenCalledTimes(2);
  waiting.add("code", "a", letIn);
  again();
  await waiting.letIn("code");
  expect(letIn).toHaveBeenCalledTimes(3);
});

test("who leaves while others are let in takes nobody's wait along", async () => {
  const waiting = new Waiting();
  const letIn = vi.fn();
  waiting.add("code", "a", vi.fn());
  const leave = waiting.add("code", "a", vi.fn());
  const opening = waiting.letIn("code");
  waiting.add("code", "a", letIn);
  leave();
  await opening;
  await waiting.letIn("code");
  expect(letIn).toHaveBeenCalledOnce();
});
