import { expect, test } from "vitest";
import { ShownPictures } from "../../../../../client/wall/look/shown-pictures.ts";
import { PLACE_RATIO } from "../../../../../client/wall/look/stage.ts";
import { NO_HAND, PICTURE_FITS } from "../../../../../server/protocol/wall.ts";

const FILM = { width: 1_280, height: 720 };
const EXTENT = { x: 100, y: 100, width: 2, height: 2 };
const place = (x: number, y: number) => ({ x, y, width: 1, height: 1 });
const AS_IT_IS = { fit: "fill", turn: 0, bezel: 0 } as const;

const image = (version: number) => ({ image: {} as HTMLCanvasElement, ...FILM, version });
const placed = { screen: place(100, 100), extent: EXTENT, show: AS_IT_IS, alone: false };

const copied: unknown[] = [];
const shownPictures = () => {
  copied.length = 0;
  return new ShownPictures((from) => {
    copied.push(from);
    return { copyOf: from } as unknown as HTMLCanvasElement;
  });
};
const shownBy = (pictures: ShownPictures) => pictures.on(placed, "none", PLACE_RATIO);

test("pictures are none without an image, and one copy while the host freezes the light", () => {
  const pictures = shownPictures();
  expect(pictures.take(undefined, NO_HAND)).toBe(false);
  expect(shownBy(pictures)).toBeUndefined();
  expect(pictures.take(image(1), NO_HAND)).toBe(true);
  // The source may have closed the one before, so the copy is of the one that it gives now.
  const given = image(2);
  expect(pictures.take(given, { freeze: true })).toBe(true);
  const copy = { image: { copyOf: given.image }, version: 2, moves: "none" };
  expect(shownBy(pictures)).toMatchObject(copy);
  expect(pictures.take(image(3), { freeze: true })).toBe(true);
  expect(pictures.take(undefined, { freeze: true })).toBe(true);
  expect(shownBy(pictures)).toMatchObject(copy);
  expect(copied).toEqual([given.image]);
  expect(pictures.take(image(4), NO_HAND)).toBe(true);
  expect(shownBy(pictures)).toMatchObject({ version: 4 });
  expect(pictures.take(undefined, NO_HAND)).toBe(false);
  expect(pictures.take(image(5), { freeze: true })).toBe(true);
  expect(copied).toHaveLength(2);
});

test("pictures are the first one that comes where the light is frozen already", () => {
  const pictures = shownPictures();
  pictures.take(image(1), NO_HAND);
  // It has ended in the frame that froze the light.
  expect(pictures.take(undefined, { freeze: true })).toBe(false);
  expect(shownBy(pictures)).toBeUndefined();
  pictures.take(image(2), { freeze: true });
  pictures.take(image(3), { freeze: true });
  expect(shownBy(pictures)).toMatchObject({ version: 2 });
});

test("pictures have a version while they are frozen, another one each time", () => {
  const pictures = shownPictures();
  const canvas = { image: {} as HTMLCanvasElement, ...FILM };
  const versions = [1, 2].map(() => {
    pictures.take(canvas, { freeze: true });
    const version = shownBy(pictures)!.version;
    pictures.release();
    return version;
  });
  expect(versions).not.toContain(undefined);
  expect(new Set(versions).size).toBe(2);
  expect(shownBy(pictures)).toBeUndefined();
});

test("pictures end at their edges only where all of the picture is shown", () => {
  const pictures = shownPictures();
  pictures.take(image(1), NO_HAND);
  const edges = PICTURE_FITS.filter(
    (fit) => pictures.on({ ...placed, show: { ...AS_IT_IS, fit } }, "displacement", PLACE_RATIO)!.hasEdges,
  );
  expect(edges).toEqual(["fit"]);
});

test("pictures rise and fall by the wall, or at the usual times without one", () => {
  const pictures = new ShownPictures();
  expect(pictures.phase({ wall: 0, phase: "hold" })).toBe("hold");
  const phases = Array.from({ length: 200 }, (_, n) => pictures.phase({ wall: n * 10, phase: undefined }));
  expect(new Set(phases)).toEqual(new Set(["rise", "hold", "fall"]));
});

test("pictures have light without music, but not in a blackout", () => {
  const pictures = new ShownPictures();
  expect(pictures.brightness({ blackout: false, brightness: 0.4 })).toBe(0.4);
  expect(pictures.brightness({ blackout: true, brightness: 1 })).toBe(0);
});
