import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { barCount, barsOf } from "../../../../../client/wall/look/bars.ts";
import { flowAt, SPOKES, spokesOf } from "../../../../../client/wall/look/flow.ts";
import { type LookMoment, levelAt } from "../../../../../client/wall/look/moment.ts";
import { FLOATS, GLOW, particlesMax, particlesOf } from "../../../../../client/wall/look/particles.ts";
import { RINGS, ringsOf, SECTORS } from "../../../../../client/wall/look/rings.ts";
import { STAR } from "../../../../../client/wall/look/shape.ts";
import { stageOf, type Window, wholeOf, windowOf } from "../../../../../client/wall/look/stage.ts";
import type { Pattern } from "../../../../../server/protocol/wall.ts";
import { heard, tones } from "./music.ts";

const EXTENT = { x: 100, y: 100, width: 4, height: 2 };
const stage = stageOf(EXTENT, null);
const kilohertz = heard(() => tones(1_000), 1_000);
/** A click at all frequencies 300 ms before the painted media time. */
const clicked = heard(
  (media) => tones(...(media > 680 && media < 720 ? [60, 300, 1_000, 3_000, 9_000] : [])),
  1_000,
);

function moment(change: Partial<LookMoment> = {}): LookMoment {
  return {
    stage,
    pattern: "bands",
    wall: 123_456,
    media: 1_000,
    inBar: undefined,
    bands: kilohertz,
    shape: STAR,
    beatAges: [],
    ...change,
  };
}

describe("bars", () => {
  function bars(at: LookMoment): { height: number; peak: number }[] {
    const numbers = new Float32Array(2 * barCount(at.stage));
    barsOf(at, numbers);
    return Array.from({ length: numbers.length / 2 }, (_, n) => ({
      height: numbers[2 * n]!,
      peak: numbers[2 * n + 1]!,
    }));
  }

  test("are not cut by an edge between two columns", () => {
    for (let columns = 1; columns <= 256; columns++) {
      const count = barCount(stageOf({ ...EXTENT, width: columns }, null));
      expect(count % columns).toBe(0);
      expect(count).toBeGreaterThanOrEqual(40);
    }
  });

  test("stand at the position of their frequency", () => {
    const shown = bars(moment());
    const high = shown.flatMap(({ height }, n) => (height > 0.5 ? [n / shown.length] : []));
    expect(high.length).toBeGreaterThan(0);
    for (const place of high) expect(Math.abs(place - 5 / 9)).toBeLessThan(0.08);
  });

  test("leave peaks that fall", () => {
    const peaks = bars(moment({ bands: clicked }));
    const later = bars(
      moment({ bands: heard((media) => tones(...(media > 680 && media < 720 ? [1_000] : [])), 1_500) }),
    );
    const kilohertzBar = Math.floor((peaks.length * 5) / 9);
    expect(peaks[kilohertzBar]!.height).toBeLessThan(0.2);
    expect(peaks[kilohertzBar]!.peak).toBeGreaterThan(0.3);
    expect(later[kilohertzBar]!.peak).toBeLessThan(peaks[kilohertzBar]!.peak - 0.1);
  });
});

describe("rings", () => {
  test("show a sound further outward as time passes", () => {
    const light = new Float32Array(RINGS * SECTORS);
    ringsOf(moment({ bands: clicked }), light);
    const rings = Array.from({ length: RINGS }, (_, n) =>
      Math.max(...light.subarray(n * SECTORS, (n + 1) * SECTORS)),
    );
    const brightest = rings.indexOf(Math.max(...rings));
    // 300 of 900 ms after it started; its light is held for a moment behind the front.
    expect(Math.abs(brightest - RINGS / 3)).toBeLessThanOrEqual(3);
    expect(rings.at(-1)).toBeLessThan(0.05);
  });
});

describe("particles", () => {
  interface Particle {
    x: number;
    y: number;
    radius: number;
    level: number;
  }

  function particles(window: Window, wall: number, pixel = 0): Particle[] {
    const numbers = new Float32Array(particlesMax(window) * FLOATS);
    const count = particlesOf(moment({ wall }), window, numbers, pixel);
    expect(count * FLOATS).toBeLessThanOrEqual(numbers.length);
    return Array.from({ length: count }, (_, n) => {
      const [x, y, radius, level] = numbers.subarray(n * FLOATS) as unknown as [
        number,
        number,
        number,
        number,
      ];
      return { x, y, radius, level };
    });
  }

  const isSeenIn =
    ({ left, top, right, bottom }: Window) =>
    ({ x, y, radius }: Particle) =>
      x + GLOW * radius > left &&
      x - GLOW * radius < right &&
      y + GLOW * radius > top &&
      y - GLOW * radius < bottom;
  const keyOf = ({ x, y, radius, level }: Particle) => `${x} ${y} ${radius} ${level}`;

  test("are the same on all screens that show them, at any time", () => {
    const wall = fc.integer({ min: 0, max: 2 ** 41 });
    const place = fc.record({ x: fc.integer({ min: 100, max: 103 }), y: fc.integer({ min: 100, max: 101 }) });
    fc.assert(
      fc.property(wall, place, (wall, { x, y }) => {
        const window = windowOf({ x, y, width: 1, height: 1 }, EXTENT, stage);
        const all = particles(wholeOf(stage), wall).filter(isSeenIn(window)).map(keyOf);
        const own = particles(window, wall).filter(isSeenIn(window)).map(keyOf);
        expect(own.toSorted()).toEqual(all.toSorted());
        expect(own.length).toBeGreaterThan(100);
      }),
      { numRuns: 40 },
    );
  });

  test("are left out where they are smaller than a pixel, and all others stay", () => {
    const window = windowOf({ x: 101, y: 100, width: 1, height: 1 }, EXTENT, stage);
    const sharp = particles(window, 50_000).map(keyOf);
    expect(particles(window, 50_000, 1 / 100).map(keyOf)).toEqual(sharp);
    const coarse = particles(window, 50_000, 1 / 45).map(keyOf);
    expect(coarse.length).toBeLessThan(sharp.length / 2);
    expect(coarse.length).toBeGreaterThan(10);
    expect(sharp).toEqual(expect.arrayContaining(coarse));
  });

  test("move a little with every frame", () => {
    const window = windowOf({ x: 101, y: 100, width: 1, height: 1 }, EXTENT, stage);
    const [now, next] = [particles(window, 50_000), particles(window, 50_016)];
    const moves = now.map(({ x, y }, n) => Math.hypot(next[n]!.x - x, next[n]!.y - y));
    expect(Math.max(...moves)).toBeLessThan(0.01);
    expect(Math.min(...moves)).toBeGreaterThan(0);
  });
});

describe("levelAt", () => {
  const at = (pattern: Pattern, x: number, beatAges: number[] = [], wall = 0) =>
    levelAt(moment({ pattern, beatAges, wall }), 5 / 9, x, 1);

  test("is the level of the band, or of the whole spectrum in unison", () => {
    expect(at("bands", 3)).toBe(kilohertz.level(5 / 9, 0));
    expect(at("spectrum", 3)).toBe(kilohertz.level(5 / 9, 0));
    expect(at("unison", 3)).toBe(kilohertz.whole(0));
  });

  test("follows beats, and in a ripple later with the distance", () => {
    expect(at("beat", 0, [900, 0])).toBe(1);
    // Without a beat there is only the glow of the band.
    expect(at("beat", 0, [])).toBeLessThan(0.3);
    // Two places from the centre take 120 ms.
    expect(at("ripple", 0, [119])).toBeLessThan(0.3);
    expect(at("ripple", 0, [121])).toBeGreaterThan(0.9);
    expect(at("ripple", stage.origin.x, [121])).toBeLessThan(0.5);
  });

  test("follows the front of a sweep", () => {
    const front = stage.width / 2;
    expect(at("sweep", front, [], 1_200)).toBeGreaterThan(0.5);
    expect(at("sweep", 0, [], 1_200)).toBeLessThan(0.3);
  });
});

describe("flow", () => {
  const spokes = (at: LookMoment) => {
    const numbers = new Float32Array(SPOKES);
    spokesOf(at, 0, numbers);
    return [...numbers];
  };

  test("has the level of each band in its direction", () => {
    const levels = spokes(moment());
    // 1 kHz is five of nine octaves up.
    expect(levels.indexOf(Math.max(...levels)) / SPOKES).toBeCloseTo(5 / 9, 1);
    expect(Math.min(...levels)).toBe(0);
  });

  test("moves on in the song's time, whatever the wall clock says", () => {
    expect(flowAt(moment({ wall: 5 }), 0)).toEqual(flowAt(moment({ wall: 999_999 }), 0));
    expect(flowAt(moment({ media: 31_000 }), 0)).not.toEqual(flowAt(moment(), 0));
    expect(flowAt(moment({ media: 31_000 }), 100)).toEqual(flowAt(moment({ media: 30_900 }), 0));
  });

  test("always fades, and never pulls light from far away", () => {
    for (let media = 0; media < 300_000; media += 333) {
      const { stays, closer, spin, eddy } = flowAt(moment({ media, bands: clicked, beatAges: [0] }), 0);
      expect(stays).toBeLessThan(0.99);
      expect(closer).toBeGreaterThan(0.95);
      expect(Math.abs(spin)).toBeLessThan(0.02);
      expect(eddy).toBeLessThan(0.02);
    }
  });

  test("a beat throws light into the middle, which fades", () => {
    const kick = (age: number) => flowAt(moment({ bands: clicked, beatAges: [age] }), 0).kick;
    expect(kick(0)).toBeGreaterThan(kick(150));
    expect(flowAt(moment({ bands: clicked }), 0).kick).toBe(0);
  });
});
