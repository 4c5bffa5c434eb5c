import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LookMoment } from "../../../../../client/wall/look/moment.ts";
import {
  LEVEL_COLUMNS,
  LEVEL_ROWS,
  pictureLevels,
  pictureMap,
  pointOf,
  QUIET_SHARE,
  wavesAt,
} from "../../../../../client/wall/look/picture.ts";
import { STAR } from "../../../../../client/wall/look/shape.ts";
import { PLACE_RATIO, stageOf } from "../../../../../client/wall/look/stage.ts";
import { PICTURE_FITS } from "../../../../../server/protocol/wall.ts";

const FILM = { width: 1_280, height: 720 };
const EXTENT = { x: 100, y: 100, width: 2, height: 2 };
const place = (x: number, y: number) => ({ x, y, width: 1, height: 1 });
const AS_IT_IS = { fit: "fill", turn: 0, bezel: 0 } as const;

const fits = fc.constantFrom(...PICTURE_FITS);
const turns = fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const);
const bezels = fc.double({ min: 0, max: 0.5, noNaN: true });
const sizes = fc.record({
  width: fc.integer({ min: 16, max: 4_096 }),
  height: fc.integer({ min: 16, max: 4_096 }),
});
const extents = fc.record({
  x: fc.constant(100),
  y: fc.constant(100),
  width: fc.integer({ min: 1, max: 16 }),
  height: fc.integer({ min: 1, max: 16 }),
});
const shows = fc.record({ fit: fits, turn: turns, bezel: bezels });

/** Corners of a screen, as points of the picture. */
function corners(map: ReturnType<typeof pictureMap>): number[][] {
  return [pointOf(map, 0, 0), pointOf(map, 1, 0), pointOf(map, 1, 1), pointOf(map, 0, 1)];
}

describe("a screen's part of the picture", () => {
  test("is a quarter on each of four screens", () => {
    const map = pictureMap(
      { screen: place(101, 100), extent: EXTENT, show: AS_IT_IS, alone: false },
      PLACE_RATIO,
      FILM,
    );
    expect(corners(map)).toEqual([
      [0.5, 0],
      [1, 0],
      [1, 0.5],
      [0.5, 0.5],
    ]);
  });

  test("is turned clockwise", () => {
    const show = { fit: "stretch", turn: 90, bezel: 0 } as const;
    const map = pictureMap(
      { screen: place(100, 100), extent: EXTENT, show, alone: false },
      PLACE_RATIO,
      FILM,
    );
    // The wall's upper left corner shows the picture's lower left one.
    expect(pointOf(map, 0, 0)).toEqual([0, 1]);
    expect(pointOf(map, 1, 0)).toEqual([0, 0.5]);
    expect(pointOf(map, 0, 1)).toEqual([0.5, 1]);
  });

  test("is all of it on a screen that shows the whole picture, wherever it is", () => {
    fc.assert(
      fc.property(extents, turns, bezels, (extent, turn, bezel) => {
        const screen = { ...place(extent.x + extent.width - 1, extent.y), wholePicture: true };
        const show = { fit: "stretch", turn, bezel } as const;
        const map = pictureMap({ screen, extent, show, alone: false }, PLACE_RATIO, FILM);
        for (const point of corners(map))
          for (const share of point) expect(share * (1 - share)).toBeCloseTo(0, 9);
      }),
    );
  });

  test("meets the parts of its neighbours, but for what the frames hide", () => {
    fc.assert(
      fc.property(shows, sizes, fc.integer({ min: 0, max: 6 }), (show, size, column) => {
        const extent = { x: 100, y: 100, width: 8, height: 3 };
        const of = (x: number) =>
          pictureMap({ screen: place(100 + x, 101), extent, show, alone: false }, PLACE_RATIO, size);
        const [left, right] = [of(column), of(column + 1)];
        // A bezel is as much of the picture as that width of the light is.
        const [bezel, light] = [show.bezel, 1];
        for (const y of [0, 0.3, 1]) {
          const from = pointOf(left, 1, y);
          const to = pointOf(right, 0, y);
          const beyond = pointOf(left, 1 + bezel / light, y);
          expect(to[0]).toBeCloseTo(beyond[0], 9);
          expect(to[1]).toBeCloseTo(beyond[1], 9);
          if (bezel === 0) {
            expect(to[0]).toBeCloseTo(from[0], 9);
            expect(to[1]).toBeCloseTo(from[1], 9);
          }
        }
      }),
    );
  });

  test("has the same scale on all screens, whatever their size, across and down", () => {
    fc.assert(
      fc.property(shows, sizes, (show, size) => {
        const extent = { x: 100, y: 100, width: 4, height: 4 };
        const of = (screen: ReturnType<typeof place>) =>
          pictureMap({ screen, extent, show: { ...show, bezel: 0 }, alone: false }, PLACE_RATIO, size);
        const [one, two] = [of(place(100, 100)), of({ x: 102, y: 101, width: 2, height: 2 })];
        for (const axis of ["u", "v"] as const)
          for (const n of [0, 1] as const) expect(two[axis][n]).toBeCloseTo(2 * one[axis][n], 9);
      }),
    );
  });

  test("with fill there is picture at every point of the wall; with fit all of the picture is on it", () => {
    fc.assert(
      fc.property(extents, turns, bezels, sizes, (extent, turn, bezel, size) => {
        const at = (fit: "fill" | "fit", corner: [number, number]) => {
          const screen = place(
            extent.x + corner[0] * (extent.width - 1),
            extent.y + corner[1] * (extent.height - 1),
          );
          const show = { fit, turn, bezel };
          return pointOf(pictureMap({ screen, extent, show, alone: false }, PLACE_RATIO, size), ...corner);
        };
        const all: [number, number][] = [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 1],
        ];
        for (const share of all.flatMap((corner) => at("fill", corner))) {
          expect(share).toBeGreaterThan(-1e-9);
          expect(share).toBeLessThan(1 + 1e-9);
        }
        for (const share of all.flatMap((corner) => at("fit", corner)))
          expect(Math.abs(share - 0.5)).toBeGreaterThan(0.5 - 1e-9);
      }),
    );
  });

  test("is the same again after four turns by a quarter", () => {
    fc.assert(
      fc.property(fits, bezels, sizes, fc.double({ noNaN: true, min: 0, max: 1 }), (fit, bezel, size, x) => {
        // On a square, a turn by a quarter has a size of its own only by the picture's.
        const square = {
          width: Math.min(size.width, size.height),
          height: Math.min(size.width, size.height),
        };
        const placed = { screen: place(100, 100), extent: place(100, 100), alone: false };
        const turned = (turn: 0 | 90 | 180 | 270, point: [number, number]) =>
          pointOf(pictureMap({ ...placed, show: { fit, turn, bezel } }, 1, square), ...point);
        let point: [number, number] = [x, 0.25];
        for (let n = 0; n < 4; n++) point = turned(90, point);
        expect(point[0]).toBeCloseTo(x, 9);
        expect(point[1]).toBeCloseTo(0.25, 9);
        const twice = turned(90, turned(90, [x, 0.25]));
        expect(twice[0]).toBeCloseTo(turned(180, [x, 0.25])[0], 9);
        const back = turned(270, turned(90, [x, 0.25]));
        expect(back[0]).toBeCloseTo(x, 9);
      }),
    );
  });

  test("has no frames around the only screen of a wall", () => {
    const show = { fit: "stretch", turn: 0, bezel: 0.4 } as const;
    const screen = { x: 100, y: 100, width: 2, height: 1 };
    const map = pictureMap({ screen, extent: screen, show, alone: true }, 0.5, FILM);
    expect(corners(map)).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ]);
  });
});

describe("what the music does to a picture", () => {
  const moment: LookMoment = {
    stage: stageOf(EXTENT, null),
    pattern: "bands",
    wall: 5_000,
    media: 1_000,
    inBar: undefined,
    bands: { level: (band) => band, whole: () => 0.5 },
    shape: STAR,
    beatAges: [],
  };
  const levels = (change: Partial<LookMoment>) => {
    const into = new Float32Array(LEVEL_COLUMNS * LEVEL_ROWS);
    pictureLevels({ ...moment, ...change }, into);
    return into;
  };

  test("has low bands on the left, and one level everywhere in unison", () => {
    const row = levels({}).subarray(0, LEVEL_COLUMNS);
    expect([...row]).toEqual([...row].sort((a, b) => a - b));
    expect(new Set(levels({ pattern: "unison" }))).toEqual(new Set([0.5]));
  });

  test("has no bars, however much neighbouring bands differ", () => {
    const bands = { level: (band: number) => Math.floor(band * LEVEL_COLUMNS) % 2, whole: () => 0 };
    const one = { level: (band: number) => (band < 0.5 ? 0 : 1), whole: () => 0 };
    for (const [of, most] of [
      [bands, 0.15],
      [one, 0.2],
    ] as const) {
      const row = levels({ bands: of }).subarray(0, LEVEL_COLUMNS);
      for (let n = 1; n < row.length; n++) expect(Math.abs(row[n]! - row[n - 1]!)).toBeLessThan(most);
    }
    // The halves of the wall still differ as much as their bands.
    const row = levels({ bands: one });
    expect([row[0], row[LEVEL_COLUMNS - 1]]).toEqual([0, 1]);
  });

  test("leaves more than half of the light where it is silent", () => {
    expect(QUIET_SHARE).toBeGreaterThanOrEqual(0.55);
  });

  test("follows the wall's pattern", () => {
    const near = levels({ pattern: "ripple", beatAges: [10] });
    const middle = near[(LEVEL_ROWS / 2) * LEVEL_COLUMNS + LEVEL_COLUMNS / 2]!;
    expect(middle).toBeGreaterThan(near[LEVEL_COLUMNS - 1]! * 0.6);
  });

  test("waves move by the wall clock, within a turn", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e13, noNaN: true }), (wall) => {
        for (const phase of wavesAt({ wall })) {
          expect(phase).toBeGreaterThanOrEqual(0);
          expect(phase).toBeLessThanOrEqual(2 * Math.PI);
        }
      }),
    );
  });
});
