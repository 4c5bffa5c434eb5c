import { afterEach, expect, test, vi } from "vitest";
import { findChromium } from "../../support/chromium.ts";

afterEach(() => vi.unstubAllEnvs());

test("without a Chromium the error says how to install one", () => {
  vi.stubEnv("CHROMIUM", "/no/such/chromium");
  expect(findChromium).toThrow(/CHROMIUM is \/no\/such\/chromium, which is not a program/);
  expect(findChromium).toThrow(/sudo apt-get install chromium/);
  expect(findChromium).toThrow(/CHROMIUM=\/path\/to\/chromium npm test/);
});

test("the program in CHROMIUM is used", () => {
  vi.stubEnv("CHROMIUM", process.execPath);
  expect(findChromium()).toBe(process.execPath);
});
