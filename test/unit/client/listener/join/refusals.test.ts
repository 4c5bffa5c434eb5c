import { expect, test } from "vitest";
import { refusalOf, retryAfterMs } from "../../../../../client/listener/join/refusals.ts";

test("a page joins again after a refusal that ends by itself", () => {
  for (const code of ["room-full", "server-full", "rate-limited"] as const) {
    expect(retryAfterMs(refusalOf(code, false)!, false)).toBe(0);
  }
  expect(retryAfterMs(refusalOf("code-unknown", true)!, false)).toBe(0);
});

test("a page with a person waits for that person after every other refusal", () => {
  for (const code of ["code-unknown", "room-closed", "password-needed", "password-wrong"] as const) {
    expect(retryAfterMs(refusalOf(code, false)!, false), code).toBeUndefined();
  }
});

test("a page without a person always joins again, but waits long with a wrong password", () => {
  for (const code of ["code-unknown", "room-closed", "password-needed"] as const) {
    expect(retryAfterMs(refusalOf(code, true)!, true), code).toBe(0);
  }
  expect(retryAfterMs(refusalOf("password-wrong", false)!, true)).toBeGreaterThanOrEqual(30_000);
});

test("an error that concerns something else is no refusal", () => {
  expect(refusalOf("not-in-room", true)).toBeUndefined();
});
