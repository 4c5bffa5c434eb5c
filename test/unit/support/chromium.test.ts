import { afterEach, expect, test, vi } from "vitest";
import { findChromium } from "../../support/chromium.ts";

afterEach(() => vi.unstubAllEnvs());

test("without a Chromium the browser tests fail with words that say how to get one", () => {
  vi.stubEnv("CHROMIUM", "/no/such/chromium");
  expect(findChromium).toThrow(/CHROMIUM is \/no\/such\/chromium, which is not a program/);
  expect(findChromium).toThrow(/sudo apt-get install chromium/);
  expect(findChromium).toThrow(/CHROMIUM=\/path\/to\/chromium npm test/);
});

test("the Chromium named by CHROMIUM is taken", () => {
  vi.stubEnv("CHROMIUM", process.execPath);
  expect(findChromium()).toBe(process.execPath);
});
