import { describe, expect, test } from "vitest";
import { RateLimit, TokenBucket } from "../../../../server/limits/rate.ts";

describe("a token bucket", () => {
  test("gives a burst, then what the time since has brought", () => {
    const bucket = new TokenBucket({ burst: 200, perSecond: 5 }, 1_000);
    expect(bucket.take(200, 1_000)).toBe(true);
    expect(bucket.take(1, 1_199)).toBe(false);
    expect(bucket.take(1, 1_200)).toBe(true);
    expect(bucket.take(1, 1_200)).toBe(false);
  });

  test("takes nothing when it holds less than the amount", () => {
    const bucket = new TokenBucket({ burst: 10, perSecond: 1 }, 0);
    expect(bucket.take(11, 0)).toBe(false);
    expect(bucket.take(10, 0)).toBe(true);
  });

  test("never holds more than its burst", () => {
    const bucket = new TokenBucket({ burst: 10, perSecond: 1 }, 0);
    expect(bucket.take(11, 3_600_000)).toBe(false);
  });
});

describe("a rate limit", () => {
  test("allows each key a burst, then its rate", () => {
    let time = 0;
    const limit = new RateLimit({ burst: 3, perSecond: 2, now: () => time });
    const takes = (count: number) =>
      Array.from({ length: count }, () => limit.take("a")).filter(Boolean).length;
    expect(takes(5)).toBe(3);
    time += 1000;
    expect(takes(5)).toBe(2);
    time += 60_000;
    expect(takes(5)).toBe(3);
    expect(limit.take("b")).toBe(true);
  });

  test("does not count refused events", () => {
    let time = 0;
    const limit = new RateLimit({ burst: 1, perSecond: 1, now: () => time });
    limit.take("a");
    for (; time < 1000; time += 125) expect(limit.take("a")).toBe(false);
    expect(limit.take("a")).toBe(true);
  });

  test("remembers 50,000 keys and forgets the least recently used first", () => {
    const limit = new RateLimit({ burst: 1, perSecond: 0, now: () => 0 });
    limit.take("first");
    for (let n = 0; n < 49_999; n++) limit.take(`${n}`);
    limit.take("one more");
    expect(limit.take("first")).toBe(true);
    expect(limit.take("49998")).toBe(false);
  });
});
