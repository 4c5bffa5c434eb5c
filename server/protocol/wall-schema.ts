import * as v from "valibot";
import { NAME_MAX, PATTERNS, PLACES, RULES, SAFETIES, SIZE_MAX, TEXT_MAX } from "./wall.ts";

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const hertz = v.pipe(v.number(), v.minValue(1), v.maxValue(24_000));

/** What a browser may call its screen. */
export const ScreenIdSchema = v.pipe(v.string(), v.regex(/^[\w-]{8,64}$/));

const HandSchema = v.strictObject({
  blackout: v.boolean(),
  freeze: v.boolean(),
  brightness: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  text: v.pipe(v.string(), v.maxLength(TEXT_MAX)),
});

export const ShowSchema = v.strictObject({
  safety: v.picklist(SAFETIES),
  rule: v.picklist(RULES),
  ownBands: v.boolean(),
  palette: v.nullable(v.pipe(v.string(), v.maxLength(32))),
  pattern: v.picklist(PATTERNS),
  origin: v.nullable(v.strictObject({ x: whole(0, PLACES), y: whole(0, PLACES) })),
  hand: HandSchema,
});

const arranged = {
  id: ScreenIdSchema,
  name: v.pipe(v.string(), v.maxLength(NAME_MAX)),
  x: whole(0, PLACES - 1),
  y: whole(0, PLACES - 1),
  width: whole(1, SIZE_MAX),
  height: whole(1, SIZE_MAX),
  band: v.nullable(v.strictObject({ low: hertz, high: hertz })),
  locked: v.boolean(),
  hand: HandSchema,
};

export const ArrangedSchema = v.strictObject(arranged);

/** A wall as it is kept on disk. */
const SavedWallSchema = v.strictObject({
  version: v.literal(1),
  show: ShowSchema,
  screens: v.array(
    v.strictObject({ ...arranged, number: whole(1, Number.MAX_SAFE_INTEGER), touched: v.boolean() }),
  ),
});

export type SavedWall = v.InferOutput<typeof SavedWallSchema>;
export type SavedScreen = SavedWall["screens"][number];

/**
 * Takes a kept wall for what it is.
 * @throws Error when it is not one, or of another version
 */
export function readSavedWall(value: unknown): SavedWall {
  return v.parse(SavedWallSchema, value);
}
