import * as v from "valibot";
import { DELAY_MAX_MS, DELAY_MIN_MS } from "./timing.ts";

const hertz = v.pipe(v.number(), v.minValue(1), v.maxValue(24_000));

/** An interval in Hz. */
export const BandHzSchema = v.strictObject({ low: hertz, high: hertz });

/** The wall delay, ms; null lets it follow what screens need. */
export const DelaySchema = v.nullable(v.pipe(v.number(), v.minValue(DELAY_MIN_MS), v.maxValue(DELAY_MAX_MS)));

/** An RTP time (RFC 3550 §5.1). */
export const RtpTimeSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));

/**
 * Base64 with padding (RFC 4648, section 4) of at most so many bytes. The library's own schema also accepts
 * letters beyond ASCII, which decoders skip.
 */
export const base64Schema = (bytesMax: number) =>
  v.pipe(
    v.string(),
    v.maxLength(4 * Math.ceil(bytesMax / 3)),
    v.regex(/^[A-Za-z0-9+/]*={0,2}$/),
    v.check((text) => text.length % 4 === 0, "Base64 has a multiple of four characters."),
  );

/** How many bytes a base64 text stands for. Takes the same time for any text, also for one that is none. */
export function bytesIn(base64: string): number {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
