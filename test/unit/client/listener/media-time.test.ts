import { describe, expect, test } from "vitest";
import { MediaTime } from "../../../../client/listener/media-time.ts";

/** The page's clock and the graph's differ by this, ms. */
const GRAPH_BEHIND = 1_234;
/** First RTP timestamp, close to where they wrap round. */
const FIRST = 2 ** 32 - 24_000;

/**
 * A browser: a packet of 20 ms is handed to the track each 20 ms, `stretched` ms later than the first ones
 * were; the graph renders every 10 ms what there is; the page looks at each frame.
 */
function run(media: MediaTime, from: number, until: number, stretched: (time: number) => number): void {
  for (let now = from; now < until; now += 16.7) {
    const at = Math.floor(now / 20) * 20;
    const rtpTimestamp = (FIRST + (at - stretched(at)) * 48) >>> 0;
    media.add(now, Math.floor(now / 10) * 10 - GRAPH_BEHIND, {
      rtpTimestamp,
      timestamp: at + performance.timeOrigin,
    });
  }
}

/** Media time relative to the first packet's. */
const dated = (media: MediaTime, time: number) => time - GRAPH_BEHIND + media.offset - media.mediaOf(FIRST);

describe("MediaTime", () => {
  test("knows nothing before the first frame", () => {
    const media = new MediaTime();
    media.add(0, 0, undefined);
    expect(media.known).toBe(false);
  });

  test("is free of the steps of both clocks, and goes on where timestamps wrap round", () => {
    const media = new MediaTime();
    run(media, 0, 3_000, () => 0);
    for (const time of [2_950, 2_957.3, 2_981]) expect(Math.abs(dated(media, time) - time)).toBeLessThan(0.5);
  });

  test("follows a jitter buffer that stretches or skips", () => {
    const media = new MediaTime();
    run(media, 0, 4_000, (time) => (time < 3_000 ? 0 : 40));
    expect(Math.abs(dated(media, 3_980) - 3_940)).toBeLessThan(0.5);
    run(media, 4_000, 4_800, () => -60);
    expect(Math.abs(dated(media, 4_780) - 4_840)).toBeLessThan(0.5);
  });

  test("tells whether sound is handed on evenly", () => {
    const media = new MediaTime();
    run(media, 0, 3_000, () => 0);
    expect(media.steady).toBe(true);
    run(media, 3_000, 3_200, () => 7);
    expect(media.steady).toBe(false);
    run(media, 3_200, 4_500, () => 7);
    expect(media.steady).toBe(true);
  });

  test("is not misled by a page that looks late, or by one stray frame", () => {
    const media = new MediaTime();
    run(media, 0, 3_000, () => 0);
    media.add(3_090, 3_000 - GRAPH_BEHIND, undefined);
    run(media, 3_100, 3_240, (time) => (time === 3_140 ? 300 : 0));
    expect(Math.abs(dated(media, 3_200) - 3_200)).toBeLessThan(0.5);
  });

  test("reads timestamps that count from the page's start", () => {
    const media = new MediaTime();
    for (let now = 0; now < 1_000; now += 10) {
      media.add(now, now - GRAPH_BEHIND, { rtpTimestamp: (FIRST + now * 48) >>> 0, timestamp: now });
    }
    expect(Math.abs(dated(media, 950) - 950)).toBeLessThan(0.5);
  });

  test("starts afresh with a new graph", () => {
    const media = new MediaTime();
    run(media, 0, 1_000, () => 0);
    media.restartGraph();
    media.add(1_010, 0, undefined);
    expect(Math.abs(media.offset - media.mediaOf(FIRST) - 1_010)).toBeLessThan(0.5);
  });

  test("knows nothing of another stream until that is heard, and then dates by it alone", () => {
    const media = new MediaTime();
    run(media, 0, 3_000, () => 0);
    media.restartStream();
    expect(media.known).toBe(false);
    const hour = 3_600_000;
    run(media, 3_000, 3_100, () => -hour);
    expect(Math.abs(dated(media, 3_090) - 3_090 - hour)).toBeLessThan(10);
  });
});
