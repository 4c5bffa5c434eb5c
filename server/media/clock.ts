/**
 * Offset from this thread's `performance.now()`, which starts with the thread, to `hrtime`, which does not.
 */
const BASE_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** The server's clock in ms: monotonic, and the same in every thread. */
export function now(): number {
  return BASE_MS + performance.now();
}

/**
 * Offset from {@link now} to Unix time, ms. Read once, so that later steps of the system clock have no
 * effect.
 */
const UNIX_OFFSET_MS = Date.now() - now();

/** Seconds from the NTP epoch, 1900, to the Unix epoch, 1970. */
const NTP_OFFSET_S = 2_208_988_800;

/** NTP time (RFC 3550 §4): seconds since 1900, and a fraction in 2^-32 s. */
export interface NtpTime {
  seconds: number;
  fraction: number;
}

/** Converts a {@link now} time to NTP time. */
export function toNtp(time: number): NtpTime {
  const unix = (UNIX_OFFSET_MS + time) / 1000;
  const whole = Math.floor(unix);
  return { seconds: (whole + NTP_OFFSET_S) >>> 0, fraction: Math.floor((unix - whole) * 2 ** 32) >>> 0 };
}

/** The middle 32 bits of an NTP time: 16 bits of seconds and 16 of the fraction (RFC 3550 §4). */
export function compactNtp({ seconds, fraction }: NtpTime): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}
