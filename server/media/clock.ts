/**
 * The server's clock in ms: monotonic, and the same in every thread (Node's `performance.now()` counts
 * from each thread's own start; `hrtime` does not).
 */
export function now(): number {
  return BASE + performance.now();
}

const BASE = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/**
 * Added to {@link now} it gives Unix time, as it was at the start: later steps of the system clock do no
 * harm.
 */
const UNIX_BASE = Date.now() - now();

/** Seconds from 1900, where NTP time starts, to 1970. */
const NTP_EPOCH = 2_208_988_800;

/** NTP time (RFC 3550 §4) of a {@link now} time: whole seconds and 2^-32 fractions. */
export function toNtp(time: number): { seconds: number; fraction: number } {
  const unix = (UNIX_BASE + time) / 1000;
  const whole = Math.floor(unix);
  return { seconds: (whole + NTP_EPOCH) >>> 0, fraction: Math.floor((unix - whole) * 2 ** 32) >>> 0 };
}

/** The middle 32 bits of an NTP time, as LSR and DLSR count: 16 bits of seconds, 16 of fraction. */
export function toCompactNtp(time: number): number {
  const { seconds, fraction } = toNtp(time);
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}
