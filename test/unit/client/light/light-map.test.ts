import { describe, expect, test } from "vitest";
import { encodeSpans } from "../../../../client/host/light/encode-spans.ts";
import { BANDS } from "../../../../client/light/band.ts";
import { fixedSpans } from "../../../../client/light/level.ts";
import { LightMaps, levelIn, MAP_BANDS, type Span } from "../../../../client/light/light-map.ts";
import type { LightMap } from "../../../../server/protocol/light-map.ts";

const FIRST = { dark: -55, bright: -10 };

/** A map that begins at a media time in ms, with the same span for all bands of each mark. */
function mapFrom(media: number, spans: readonly Span[], beats: LightMap["beats"] = []): LightMap {
  return {
    from: (media * 48) >>> 0,
    bands: [BANDS.bass],
    marks: spans.map((span, n) => ({
      after: n * 1_000,
      spans: encodeSpans([...MAP_BANDS, BANDS.bass].map(() => span)),
    })),
    beats,
  };
}

function mapsOf(...maps: LightMap[]): LightMaps {
  const all = new LightMaps(fixedSpans(0));
  for (const map of maps) all.add(map);
  return all;
}

test("a level is how far a power is between dark and bright", () => {
  const levels = [-60, -50, -40, -30, -20].map((db) => levelIn({ dark: -50, bright: -30 }, db));
  expect(levels).toEqual([0, 0, 0.5, 1, 1]);
  expect(levelIn(FIRST, Number.NEGATIVE_INFINITY)).toBe(0);
  expect(levelIn(FIRST, Number.NaN)).toBe(0);
});

describe("the light maps of a wall", () => {
  test("say what was said at first while there is none", () => {
    expect(mapsOf().spanOf(BANDS.all, 5_000)).toEqual(FIRST);
    expect(mapsOf().around(5_000)).toBeUndefined();
  });

  test("are interpolated between marks, and hold before the first and after the last", () => {
    const maps = mapsOf(
      mapFrom(1_000, [
        { dark: -60, bright: -20 },
        { dark: -40, bright: -10 },
      ]),
    );
    expect(maps.spanOf(BANDS.all, 0)).toEqual({ dark: -60, bright: -20 });
    expect(maps.spanOf(BANDS.all, 1_500)).toEqual({ dark: -50, bright: -15 });
    expect(maps.spanOf(BANDS.bass, 9_000)).toEqual({ dark: -40, bright: -10 });
  });

  test("count from their beginning on, in place of earlier ones", () => {
    const [soft, loud] = [
      { dark: -60, bright: -30 },
      { dark: -30, bright: -5 },
    ];
    const maps = mapsOf(mapFrom(0, [soft]), mapFrom(5_000, [loud]));
    expect(maps.spanOf(BANDS.all, 4_999)).toEqual(soft);
    expect(maps.spanOf(BANDS.all, 5_001)).toEqual(loud);
  });

  test("go on over a wrap of the RTP time", () => {
    const wrap = 2 ** 32 / 48;
    const maps = mapsOf(
      mapFrom(wrap - 500, [
        { dark: -60, bright: -20 },
        { dark: -40, bright: -10 },
      ]),
    );
    expect(maps.spanOf(BANDS.all, wrap).dark).toBeCloseTo(-50, 3);
  });

  test("give a band that they do not have the power of the narrow bands that it covers", () => {
    const maps = mapsOf(mapFrom(0, [{ dark: -60, bright: -20 }]));
    const octave = maps.spanOf({ low: 500, high: 1_000 }, 0);
    // 32 / 9 narrow bands, each of the same power.
    expect(octave.bright).toBeCloseTo(-20 + 10 * Math.log10(32 / 9), 3);
    expect(maps.spanOf({ low: 20, high: 25 }, 0).bright).toBe(-20);
  });

  test("know the last and the next beat, also over two maps", () => {
    const span = [FIRST];
    const first = [0, 500, 1_000, 1_500].map((after, inBar) => ({ after, inBar }));
    const maps = mapsOf(
      mapFrom(0, span, first),
      mapFrom(1_200, span, [
        { after: 300, inBar: 3 },
        { after: 800, inBar: 0 },
      ]),
    );
    expect(maps.around(700)).toEqual({ since: 200, until: 300, inBar: 1 });
    expect(maps.around(1_300)).toEqual({ since: 300, until: 200, inBar: 2 });
    expect(maps.around(1_600)).toEqual({ since: 100, until: 400, inBar: 3 });
    expect(maps.around(2_100)).toBeUndefined();
    expect(maps.upTo(1_100)).toEqual([0, 500, 1_000]);
  });

  test("enlarge rises on beats more than between them, and not at all without a map", () => {
    const beats = [0, 500, 1_000].map((after, inBar) => ({ after, inBar }));
    const maps = mapsOf(mapFrom(0, [FIRST], beats));
    expect(maps.riseGainAt(510)).toBeGreaterThan(maps.riseGainAt(5_000));
    expect(maps.riseGainAt(750)).toBeLessThan(maps.riseGainAt(5_000));
    expect(mapsOf().riseGainAt(510)).toBe(0);
  });
});
