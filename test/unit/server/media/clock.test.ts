import { describe, expect, test } from "vitest";
import { compactNtp, now, toNtp } from "../../../../server/media/clock.ts";

describe("NTP time", () => {
  test("counts seconds since 1900", () => {
    const { seconds, fraction } = toNtp(now());
    const unixMs = (seconds - 2_208_988_800 + fraction / 2 ** 32) * 1000;
    // The system clock may step between the two readings; a wrong epoch is years off.
    expect(Math.abs(unixMs - Date.now())).toBeLessThan(3_600_000);
  });

  test("advances with the server's clock", () => {
    const time = now();
    const [from, to] = [toNtp(time), toNtp(time + 2_500)];
    const advance = to.seconds - from.seconds + (to.fraction - from.fraction) / 2 ** 32;
    expect(advance).toBeCloseTo(2.5, 3);
  });

  test("has 16 bits of seconds and 16 of the fraction in compact form", () => {
    expect(compactNtp({ seconds: 0x1234_f678, fraction: 0x9abc_def0 })).toBe(0xf678_9abc);
  });
});
