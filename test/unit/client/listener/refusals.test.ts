import { expect, it } from "vitest";
import { refusalOf, retryAfter } from "../../../../client/listener/refusals.ts";

it("tries again by itself where things pass by themselves", () => {
  for (const code of ["room-full", "server-full", "rate-limited"] as const) {
    expect(retryAfter(refusalOf(code, false)!, false)).toBe(0);
  }
  expect(retryAfter(refusalOf("code-unknown", true)!, false)).toBe(0);
});

it("leaves the rest to the person who is there", () => {
  for (const code of ["code-unknown", "room-closed", "password-needed", "password-wrong"] as const) {
    expect(retryAfter(refusalOf(code, false)!, false), code).toBeUndefined();
  }
});

it("never gives up where nobody is, but knocks softly with a wrong password", () => {
  for (const code of ["code-unknown", "room-closed", "password-needed"] as const) {
    expect(retryAfter(refusalOf(code, true)!, true), code).toBe(0);
  }
  expect(retryAfter(refusalOf("password-wrong", false)!, true)).toBeGreaterThanOrEqual(30_000);
});

it("takes what is no refusal for none", () => {
  expect(refusalOf("not-in-room", true)).toBeUndefined();
});
