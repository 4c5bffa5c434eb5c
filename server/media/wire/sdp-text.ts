import type { Fingerprint } from "../model.ts";

/**
 * Hash functions accepted in `a=fingerprint`, and the bytes of their values. RFC 8122 §5 requires SHA-256;
 * the others are stronger.
 */
const FINGERPRINT_HASHES = new Map([
  ["sha-256", 32],
  ["sha-384", 48],
  ["sha-512", 64],
]);

/** Fingerprints of one offer that are used; browsers send one. */
const FINGERPRINTS_MAX = 8;
/** Longest ICE user name fragment and password (RFC 8839 §5.4). */
const ICE_CHARACTERS_MAX = 256;

/** Excludes 64–95, which are not distinguishable from RTCP on the same port (RFC 5761 §4). */
export function isPayloadType(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 127 && (value < 64 || value > 95);
}

/** Whether a text is short enough for an ICE user name fragment or password, and not empty. */
export function isIceText(value: string | undefined): value is string {
  return value !== undefined && value.length > 0 && value.length <= ICE_CHARACTERS_MAX;
}

/** Whether a text is a short token of SDP (RFC 8866 §9), which an answer can repeat. */
export function isToken(value: string | undefined): value is string {
  return value !== undefined && /^[\w.~!#$%&'*+^`{|}-]{1,32}$/.test(value);
}

/**
 * The fingerprints that the server can check. A browser may send several, of different certificates or hash
 * functions, and use any of them (RFC 8122 §5). werift copies fingerprints of the session to each section;
 * for an incomplete line, `algorithm` or `value` is missing.
 */
export function checkableFingerprints(offered: readonly Partial<Fingerprint>[]): Fingerprint[] {
  return offered
    .map(({ algorithm = "", value = "" }) => ({
      algorithm: algorithm.toLowerCase(),
      value: value.toUpperCase(),
    }))
    .filter(isFingerprint)
    .slice(0, FINGERPRINTS_MAX);
}

/** Whether the value has the form of its hash: one hex pair for each byte, joined by colons (RFC 8122 §5). */
function isFingerprint({ algorithm, value }: Fingerprint): boolean {
  const bytes = FINGERPRINT_HASHES.get(algorithm);
  return bytes !== undefined && value.length === bytes * 3 - 1 && /^[0-9A-F]{2}(:[0-9A-F]{2})*$/.test(value);
}
