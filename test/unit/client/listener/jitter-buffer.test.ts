import { describe, expect, test } from "vitest";
import { JitterBuffer, type Stretched } from "../../../../client/listener/jitter-buffer.ts";

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

describe("JitterBuffer", () => {
  test("tells what was left out, put in and made up since the last time, in ms", async () => {
    const told: Stretched[] = [];
    const buffer = new JitterBuffer((since) => told.push(since));
    const from = receiver();
    from.stats.removedSamplesForAcceleration = 4_800;
    const watch = async (now: number) => {
      buffer.watch(from as unknown as RTCRtpReceiver, now);
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

  test("asks a few times a second, however often it may", async () => {
    const from = receiver();
    const buffer = new JitterBuffer(() => {});
    for (let now = 1_000; now < 2_000; now += 16) {
      buffer.watch(from as unknown as RTCRtpReceiver, now);
      await settled();
    }
    expect(from.asked).toBeLessThanOrEqual(6);
    expect(from.asked).toBeGreaterThanOrEqual(4);
  });

  test("counts at once when asked, and tells before it is done", async () => {
    const told: Stretched[] = [];
    const buffer = new JitterBuffer((since) => told.push(since));
    const from = receiver();
    buffer.watch(from as unknown as RTCRtpReceiver, 1_000);
    await settled();
    from.stats.removedSamplesForAcceleration += 960;
    await buffer.count(1_055);
    expect(told).toEqual([{ skippedMs: 20, madeUpMs: 0 }]);
  });

  test("begins anew with another receiver, and lives on when one cannot tell", async () => {
    const told: Stretched[] = [];
    const buffer = new JitterBuffer((since) => told.push(since));
    const [first, second] = [receiver(), receiver()];
    first.stats.removedSamplesForAcceleration = 96_000;
    const watch = async (from: object, now: number) => {
      buffer.watch(from as RTCRtpReceiver, now);
      await settled();
    };
    await watch(first, 1_000);
    await watch({ getStats: () => Promise.reject(new Error("closed")) }, 2_000);
    await watch(second, 3_000);
    second.stats.removedSamplesForAcceleration = 480;
    await watch(second, 4_000);
    expect(told).toEqual([{ skippedMs: 10, madeUpMs: 0 }]);
  });

  describe("holding", () => {
    /** Half a minute of a wall whose delay is 300 ms; 80 ms of the way are outside the buffer. */
    async function hold({
      least = 60,
      holds = (target: number) => Math.max(target, least),
      misses = false,
      loses = false,
    } = {}) {
      const emitted = 48_000;
      const stats = {
        type: "inbound-rtp",
        concealedSamples: 0,
        packetsLost: 0,
        jitterBufferDelay: 0,
        jitterBufferMinimumDelay: 0,
        jitterBufferEmittedCount: 0,
      };
      const from = {
        jitterBufferTarget: null as number | null,
        getStats: async () => new Map([["sound", { ...stats }]]),
      };
      const buffer = new JitterBuffer(() => {});
      let needed = 0;
      let behind = 0;
      for (let now = 0; now < 30_000; now += 250) {
        const held = holds(from.jitterBufferTarget ?? 0);
        behind = 80 + held;
        stats.jitterBufferEmittedCount += emitted;
        stats.jitterBufferDelay += (held / 1_000) * emitted;
        stats.jitterBufferMinimumDelay += (least / 1_000) * emitted;
        if (misses) stats.concealedSamples += 480;
        // Lost, and come again a little later.
        if (loses) stats.packetsLost += (now / 250) % 2 === 0 ? 1 : -1;
        buffer.watch(from as unknown as RTCRtpReceiver, now);
        await settled();
        needed = buffer.hold({ behind, delay: 300, roundTrip: 100, isDated: true, now });
      }
      return { needed, behind };
    }

    test("holds sound until shortly before it is due, without asking for a greater delay", async () => {
      const { needed, behind } = await hold();
      expect(behind).toBeGreaterThan(240);
      expect(behind).toBeLessThan(285);
      expect(needed).toBeCloseTo(140);
    });

    test("needs what the buffer wants by itself, also when that is more than there is", async () => {
      const { needed, behind } = await hold({ least: 350 });
      expect(behind).toBeCloseTo(430);
      expect(needed).toBeCloseTo(430);
    });

    test("needs time for what was lost to come again", async () => {
      expect((await hold({ misses: true })).needed).toBeCloseTo(80 + 2 * 60 + 20 + 100);
    });

    test("needs that time also while it comes again in time", async () => {
      expect((await hold({ loses: true })).needed).toBeCloseTo(80 + 2 * 60 + 20 + 100);
    });

    /** What a buffer is told to hold in ten seconds, if it says that it holds so much; ms. */
    async function targets(
      behind: (now: number) => number,
      { held = 0, isDated = () => true }: { held?: number; isDated?: (now: number) => boolean } = {},
    ): Promise<{ at: number; target: number }[]> {
      const told: { at: number; target: number }[] = [];
      let at = 0;
      const counts = { jitterBufferEmittedCount: 0, jitterBufferDelay: 0, jitterBufferMinimumDelay: 0 };
      const from = {
        set jitterBufferTarget(target: number) {
          told.push({ at, target });
        },
        async getStats() {
          counts.jitterBufferEmittedCount += 480;
          counts.jitterBufferDelay += (480 * held) / 1_000;
          return new Map([["sound", { type: "inbound-rtp", ...counts }]]);
        },
      };
      const buffer = new JitterBuffer(() => {});
      for (let now = 0; now < 10_000; now += 250) {
        at = now;
        buffer.watch(from as unknown as RTCRtpReceiver, now);
        await settled();
        buffer.hold({ behind: behind(now), delay: 300, roundTrip: 100, isDated: isDated(now), now });
      }
      return told;
    }

    test("never asks for more than a browser takes, however wrong the clock", async () => {
      const told = await targets((now) => (now < 5_000 ? -3_600_000 : 3_600_000), { held: 200 });
      expect(told.map(({ target }) => target)).toEqual([300 - 50 - 40, 0]);
    });

    test("never lets sound wait longer than the wall does, whatever the buffer says of itself", async () => {
      const told = await targets(() => 150, { held: 400 });
      expect(Math.max(...told.map(({ target }) => target))).toBeLessThanOrEqual(300 - 50);
    });

    test("never asks for twice what the buffer holds, and so comes to hold more and more", async () => {
      const asked: { target: number; held: number }[] = [];
      await hold({
        holds: (target) => {
          asked.push({ target, held: asked.length > 0 ? Math.max(0.75 * target, 60) : 60 });
          return asked.at(-1)!.held;
        },
      });
      for (const [n, { target }] of asked.slice(1).entries())
        expect(target).toBeLessThan(2 * (asked[n]!.held + 20));
      expect(asked.at(-1)!.target).toBeGreaterThan(150);
    });

    test("lets sound be that is not dated yet, for some seconds", async () => {
      const firstTold = async (isDated: (now: number) => boolean) =>
        (await targets(() => 150, { held: 60, isDated }))[0]!.at;
      expect(await firstTold(() => true)).toBeLessThan(1_500);
      expect(await firstTold((now) => now >= 3_000)).toBe(3_000);
      expect(await firstTold(() => false)).toBeGreaterThan(3_000);
    });

    test("needs what the buffer holds for reasons of its own", async () => {
      expect((await hold({ holds: () => 500 })).needed).toBeCloseTo(580);
    });
  });

  test("leaves sound alone where the browser does not say what it holds", async () => {
    const from = receiver();
    const buffer = new JitterBuffer(() => {});
    for (let now = 1_000; now < 5_000; now += 250) {
      buffer.watch(from as unknown as RTCRtpReceiver, now);
      await settled();
      expect(buffer.hold({ behind: 120, delay: 300, roundTrip: 100, isDated: true, now })).toBe(120);
    }
    expect(from).not.toHaveProperty("jitterBufferTarget");
  });
});
