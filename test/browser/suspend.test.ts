import { expect, test } from "vitest";
import { type Sleeper, suspend } from "../support/suspension.ts";

/**
 * Longer than all that ends while one side sleeps: the heartbeat of a page (5 to 10 s), the place that is
 * kept for a screen that has left (20 s) and the consent to send over UDP (30 s, RFC 7675 §5.1). What then
 * lasts on lasts for ten minutes too.
 */
const SLEEP_MS = 32_000;

test.each<Sleeper>(["screen", "host", "server"])(
  "after a sleep of the %s screens are in step again, and each is counted once",
  async (sleeper) => {
    const { inStepMs, tiles, listeners, states, host } = await suspend(sleeper, SLEEP_MS);
    expect({ tiles, listeners, host }).toEqual({ tiles: 2, listeners: 2, host: "live" });
    expect(states).not.toContain("blocked");
    expect(states).not.toContain("busy");
    // In quiet runs within five seconds; a machine that is busy elsewhere takes longer.
    expect(inStepMs).toBeLessThan(Number.POSITIVE_INFINITY);
  },
  150_000,
);
