import * as v from "valibot";
import { BANDS_MAX, BAR_BEATS, BEATS_MAX, bytesOfMark, MAP_MAX_MS, MARKS_MAX } from "./light-map.ts";
import { BandHzSchema, RtpTimeSchema } from "./values-schema.ts";

/** Base64 of the bytes of a mark that has all bands it may have. */
const SPANS_MAX = 4 * Math.ceil(bytesOfMark(BANDS_MAX) / 3);

const MarkSchema = v.strictObject({
  after: v.pipe(v.number(), v.minValue(0), v.maxValue(MAP_MAX_MS)),
  spans: v.pipe(v.string(), v.maxLength(SPANS_MAX), v.base64()),
});

const BeatSchema = v.strictObject({
  after: v.pipe(v.number(), v.minValue(0), v.maxValue(MAP_MAX_MS)),
  inBar: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(BAR_BEATS - 1)),
});

/** A light map; each mark must have spans for all bands. */
export const LightMapSchema = v.pipe(
  v.strictObject({
    from: RtpTimeSchema,
    bands: v.pipe(v.array(BandHzSchema), v.maxLength(BANDS_MAX)),
    marks: v.pipe(v.array(MarkSchema), v.minLength(1), v.maxLength(MARKS_MAX)),
    beats: v.pipe(v.array(BeatSchema), v.maxLength(BEATS_MAX)),
  }),
  v.check(({ bands, marks }) => {
    const length = 4 * Math.ceil(bytesOfMark(bands.length) / 3);
    return marks.every(({ spans }) => spans.length === length);
  }, "Each mark has spans for all bands."),
);
