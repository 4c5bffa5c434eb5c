import { describe, expect, it } from "vitest";
import { Stretch, type Stretched } from "../../../client/listener/stretch.ts";

/** A receiver of a browser that has stretched sound so far as told, in samples. */
function receiver() {
  const stats = { removedSamplesForAcceleration: 0, insertedSamplesForDeceleration: 0, concealedSamples: 0 };
  return {
    stats,
    asked: 0,
    async getStats() {
      this.asked += 1;
      return new Map<string, object>([
        ["codec", { type: "codec" }],
        ["sound", { type: "inbound-rtp", ...stats }],
      ]);
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("Stretch", () => {
  it("tells what was left out, put in and made up since the last time, in ms", async () => {
    const told: Stretched[] = [];
    const stretch = new Stretch((since) => told.push(since));
    const from = receiver();
    from.stats.removedSamplesForAcceleration = 4_800;
    const watch = async (now: number) => {
      stretch.watch(from as unknown as RTCRtpReceiver, now);
      await settled();
    };
    await watch(1_000);
    expect(told).toEqual([]);
    from.stats.removedSamplesForAcceleration += 960;
    from.stats.insertedSamplesForDeceleration += 480;
    await watch(2_000);
    from.stats.concealedSamples += 1_440;
    await watch(3_000);
    await watch(4_000);
    expect(told).toEqual([
      { skippedMs: 10, madeUpMs: 0 },
      { skippedMs: 0, madeUpMs: 30 },
    ]);
  });

  it("asks a few times a second, however often it may", async () => {
    const from = receiver();
    const stretch = new Stretch(() => {});
    for (let now = 1_000; now < 2_000; now += 16) {
      stretch.watch(from as unknown as RTCRtpReceiver, now);
      await settled();
    }
    expect(from.asked).toBeLessThanOrEqual(6);
    expect(from.asked).toBeGreaterThanOrEqual(4);
  });

  it("begins anew with another receiver, and lives on when one cannot tell", async () => {
    const told: Stretched[] = [];
    const stretch = new Stretch((since) => told.push(since));
    const [first, second] = [receiver(), receiver()];
    first.stats.removedSamplesForAcceleration = 96_000;
    const watch = async (from: object, now: number) => {
      stretch.watch(from as RTCRtpReceiver, now);
      await settled();
    };
    await watch(first, 1_000);
    await watch({ getStats: () => Promise.reject(new Error("closed")) }, 2_000);
    await watch(second, 3_000);
    second.stats.removedSamplesForAcceleration = 480;
    await watch(second, 4_000);
    expect(told).toEqual([{ skippedMs: 10, madeUpMs: 0 }]);
  });
});
