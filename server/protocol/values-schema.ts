import * as v from "valibot";

const hertz = v.pipe(v.number(), v.minValue(1), v.maxValue(24_000));

/** An interval in Hz. */
export const BandHzSchema = v.strictObject({ low: hertz, high: hertz });

/** An RTP time (RFC 3550 §5.1). */
export const RtpTimeSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));
