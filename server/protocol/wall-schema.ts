import * as v from "valibot";
import { cutText, plainText } from "./text.ts";
import {
  COLOURS_MAX,
  COLOURS_MIN,
  EDGE_PARTS,
  FIRST_SHOW,
  GAIN_MAX_DB,
  GAIN_MIN_DB,
  MODES,
  NAME_MAX,
  PATTERNS,
  PLACES,
  RULES,
  SAFETIES,
  SIZE_MAX,
  TEXT_MAX,
  WEIGHTINGS,
} from "./wall.ts";

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const hertz = v.pipe(v.number(), v.minValue(1), v.maxValue(24_000));

/**
 * What people read, made plain. That may change its length: what was short enough is cut then, as a kept wall
 * must not be lost for it.
 */
export const textSchema = (max: number) =>
  v.pipe(
    v.string(),
    v.transform((text) => {
      const plain = plainText(text);
      return text.length <= max ? cutText(plain, max) : plain;
    }),
    v.maxLength(max),
  );

/** What all levels may be raised by. */
export const GainSchema = v.pipe(v.number(), v.minValue(GAIN_MIN_DB), v.maxValue(GAIN_MAX_DB));

/** An edge in places. */
const edge = (max: number) =>
  v.pipe(
    v.number(),
    v.minValue(0),
    v.maxValue(max),
    v.transform((value) => Math.round(value * EDGE_PARTS) / EDGE_PARTS),
  );

/** What a browser may call its screen. */
export const ScreenIdSchema = v.pipe(v.string(), v.regex(/^[\w-]{8,64}$/));

const BandSchema = v.nullable(v.strictObject({ low: hertz, high: hertz }));
const PaletteSchema = v.nullable(v.pipe(v.string(), v.maxLength(32)));

/** What the person at a screen has chosen. */
export const chosen = { band: BandSchema, palette: PaletteSchema };

const HandSchema = v.strictObject({
  blackout: v.boolean(),
  freeze: v.boolean(),
  brightness: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  text: textSchema(TEXT_MAX),
});

const ColoursSchema = v.pipe(
  v.array(v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/))),
  v.minLength(COLOURS_MIN),
  v.maxLength(COLOURS_MAX),
);

/** What came later has a default, for walls that were kept before. */
export const ShowSchema = v.strictObject({
  safety: v.picklist(SAFETIES),
  rule: v.picklist(RULES),
  ownBands: v.boolean(),
  palette: PaletteSchema,
  colours: v.optional(ColoursSchema, FIRST_SHOW.colours),
  // Walls kept before there were modes have none.
  mode: v.optional(v.nullable(v.picklist(MODES)), null),
  pattern: v.picklist(PATTERNS),
  origin: v.nullable(v.strictObject({ x: edge(PLACES), y: edge(PLACES) })),
  weighting: v.optional(v.picklist(WEIGHTINGS), FIRST_SHOW.weighting),
  gainDb: v.optional(v.nullable(GainSchema), null),
  hand: HandSchema,
});

const arranged = {
  id: ScreenIdSchema,
  name: textSchema(NAME_MAX),
  x: edge(PLACES - 1),
  y: edge(PLACES - 1),
  width: whole(1, SIZE_MAX),
  height: whole(1, SIZE_MAX),
  band: BandSchema,
  locked: v.boolean(),
  hand: HandSchema,
};

export const ArrangedSchema = v.strictObject(arranged);

/** A wall as it is kept on disk. */
const SavedWallSchema = v.strictObject({
  version: v.literal(1),
  /**
   * SHA-256 of its host's key, base64url. Walls kept by earlier versions have none, until their host comes
   * back.
   */
  keyHash: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{43}$/))),
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
