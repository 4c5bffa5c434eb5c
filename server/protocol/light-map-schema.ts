import * as v from "valibot";
import { BANDS_MAX, BAR_BEATS, BEATS_MAX, bytesOfMark, MAP_MAX_MS, MARKS_MAX } from "./light-map.ts";
import { BandHzSchema, base64Schema, RtpTimeSchema } from "./values-schema.ts";

const MarkSchema = v.strictObject({
  after: v.pipe(v.number(), v.minValue(0), v.maxValue(MAP_MAX_MS)),
  spans: base64Schema(bytesOfMark(BANDS_MAX)),
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
