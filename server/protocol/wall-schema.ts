import * as v from "valibot";
import { STENCIL_ID } from "./stencil.ts";
import { StencilSchema } from "./stencil-schema.ts";
import { cutText, plainText } from "./text.ts";
import { BandHzSchema, DelaySchema } from "./values-schema.ts";
import {
  BEZEL_MAX,
  COLOURS_MAX,
  COLOURS_MIN,
  EDGE_PARTS,
  FIRST_SHOW,
  MODES,
  NAME_MAX,
  OWN_PALETTE,
  PICTURE_FITS,
  PICTURE_MOVES,
  PLACES,
  SIZE_MAX,
  TEXT_MAX,
} from "./wall.ts";
import {
  ENERGY_MAX,
  ENERGY_MIN,
  FORMER_RULES,
  GAIN_MAX_DB,
  GAIN_MIN_DB,
  PALETTE_NAMES,
  PATTERNS,
  RULES,
  SAFETIES,
  WEIGHTINGS,
} from "./wall-choices.ts";

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/**
 * A text that people read, converted by {@link plainText}. The conversion can make a text longer. A text that
 * had a valid length before is then cut, because a saved wall must stay readable.
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

/** Units of a text that are looked at, as a multiple of those that are kept: the rest may be marks. */
const LOOKED_AT = 10;

/** A text from an address that a person has typed: where it is too long, it is cut and not refused. */
export const cutTextSchema = (max: number) =>
  v.pipe(
    v.string(),
    v.transform((text) => cutText(plainText(text.slice(0, LOOKED_AT * max)), max)),
  );

/** Gain of all levels, dB. */
const EnergySchema = v.pipe(v.number(), v.minValue(ENERGY_MIN), v.maxValue(ENERGY_MAX));
const GainSchema = v.pipe(v.number(), v.minValue(GAIN_MIN_DB), v.maxValue(GAIN_MAX_DB));

/** Position of an edge, in places; rounded to 1/{@link EDGE_PARTS} of a place. */
const edge = (max: number) =>
  v.pipe(
    v.number(),
    v.minValue(0),
    v.maxValue(max),
    v.transform((value) => Math.round(value * EDGE_PARTS) / EDGE_PARTS),
  );

/** The id that a browser gives its screen. */
export const ScreenIdSchema = v.pipe(v.string(), v.regex(/^[\w-]{8,64}$/));

const BandSchema = v.nullable(BandHzSchema);
const ShownPaletteSchema = v.nullable(v.picklist([...PALETTE_NAMES, OWN_PALETTE]));

/** What the person at a screen may choose. */
export const chosen = { band: BandSchema, palette: v.nullable(v.picklist(PALETTE_NAMES)) };

export const HandSchema = v.strictObject({
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

/** A rule; one of an earlier version becomes what it is now. */
const RuleSchema = v.pipe(
  v.string(),
  v.transform((rule) => FORMER_RULES[rule] ?? rule),
  v.picklist(RULES),
);

const PictureShowSchema = v.strictObject({
  fit: v.picklist(PICTURE_FITS),
  turn: v.picklist([0, 90, 180, 270]),
  bezel: v.pipe(v.number(), v.minValue(0), v.maxValue(BEZEL_MAX)),
  moves: v.picklist(PICTURE_MOVES),
});

/** Settings that were added later have a default, for walls that were saved before. */
export const ShowSchema = v.strictObject({
  safety: v.picklist(SAFETIES),
  rule: RuleSchema,
  ownBands: v.boolean(),
  palette: ShownPaletteSchema,
  colours: v.optional(ColoursSchema, FIRST_SHOW.colours),
  mode: v.optional(v.nullable(v.picklist(MODES)), null),
  pattern: v.picklist(PATTERNS),
  origin: v.nullable(v.strictObject({ x: edge(PLACES), y: edge(PLACES) })),
  stencil: v.optional(v.nullable(v.pipe(v.string(), v.regex(STENCIL_ID))), null),
  weighting: v.optional(v.picklist(WEIGHTINGS), FIRST_SHOW.weighting),
  gainDb: v.optional(v.nullable(GainSchema), null),
  energy: v.optional(EnergySchema, FIRST_SHOW.energy),
  hand: HandSchema,
  spreadText: v.optional(v.boolean(), false),
  scrollText: v.optional(v.boolean(), false),
  sparks: v.optional(v.boolean(), FIRST_SHOW.sparks),
  picture: v.optional(PictureShowSchema, FIRST_SHOW.picture),
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
  wholePicture: v.optional(v.boolean()),
  hand: HandSchema,
};

export const ArrangedSchema = v.strictObject(arranged);

/** A wall as it is saved on disk. */
const SavedWallSchema = v.strictObject({
  version: v.literal(1),
  /**
   * SHA-256 of the host's key, base64url. Walls saved by earlier versions have none until their host joins
   * again.
   */
  keyHash: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{43}$/))),
  show: ShowSchema,
  /** The wall delay that the host has set, ms; null if it follows the screens. Earlier versions kept none. */
  fixedDelayMs: v.optional(DelaySchema),
  /** The stencil that `show` names. Without a valid one the rest of the wall is still good. */
  stencil: v.fallback(v.optional(StencilSchema), undefined),
  screens: v.array(
    v.strictObject({
      ...arranged,
      number: whole(1, Number.MAX_SAFE_INTEGER),
      touched: v.boolean(),
      onWall: v.optional(v.boolean(), true),
    }),
  ),
});

export type SavedWall = v.InferOutput<typeof SavedWallSchema>;
export type SavedScreen = SavedWall["screens"][number];

/**
 * Checks a saved wall.
 * @throws Error if the value is not a saved wall or has another version
 */
export function readSavedWall(value: unknown): SavedWall {
  return v.parse(SavedWallSchema, value);
}
