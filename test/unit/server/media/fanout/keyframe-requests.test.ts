import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { KeyframeRequests } from "../../../../../server/media/fanout/keyframe-requests.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("the first wish is sent at once, further ones together after 350 ms", () => {
  const send = vi.fn();
  const requests = new KeyframeRequests(send);
  requests.wish();
  expect(send).toHaveBeenCalledTimes(1);
  for (let n = 0; n < 50; n++) requests.wish();
  vi.advanceTimersByTime(349);
  expect(send).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(send).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(10_000);
  expect(send).toHaveBeenCalledTimes(2);
});

test("wishes without end cause three requests in a second", () => {
  const send = vi.fn();
  const requests = new KeyframeRequests(send);
  for (let ms = 0; ms < 1_000; ms++) {
    requests.wish();
    vi.advanceTimersByTime(1);
  }
  expect(send).toHaveBeenCalledTimes(3);
  requests.close();
  vi.advanceTimersByTime(1_000);
  expect(send).toHaveBeenCalledTimes(3);
});
