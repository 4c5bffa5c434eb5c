import { units } from "./en/units.ts";
import { language } from "./words.ts";

/** From here on a time is told in seconds, ms. */
const SECONDS_FROM_MS = 995;

/** A number as the page's language writes it. @param digits the most decimals */
export function numberText(number: number, digits = 0): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(number);
}

/** A number before its unit, whose digits are not put into groups. @param digits the most decimals */
export function measureText(number: number, digits = 0): string {
  const options = { useGrouping: false, maximumFractionDigits: digits };
  return new Intl.NumberFormat(language, options).format(number);
}

/** A number with one decimal, also if that is 0: a figure that changes often keeps its width. */
export function tenthsText(number: number): string {
  const options = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, options).format(number);
}

/** A time in milliseconds; “–” if it is not known. @param digits the most decimals */
export function millisecondsText(ms: number | null | undefined, digits = 0): string {
  return ms === null || ms === undefined ? "–" : units().milliseconds({ number: measureText(ms, digits) });
}

/** A time, ms, in milliseconds, or in seconds with one decimal if it is long. */
export function durationText(ms: number): string {
  if (ms < SECONDS_FROM_MS) return millisecondsText(ms);
  return units().seconds({ number: tenthsText(ms / 1_000) });
}

/** A share 0..1 as a percentage. @param digits the most decimals */
export function percentText(share: number, digits = 0): string {
  return units().percent({ number: numberText(100 * share, digits) });
}

/** A number with its sign, as trims and gains have it: "+5", "−5", "0". */
export function signedText(number: number): string {
  return new Intl.NumberFormat(language, { signDisplay: "exceptZero", useGrouping: false }).format(number);
}

/** A gain or a level in decibels, with its sign. */
export function decibelsText(decibels: number): string {
  return units().decibels({ number: signedText(Math.round(decibels)) });
}

/** A frequency in Hz, with three digits. */
export function hertzText(hertz: number): string {
  const rounded = Number(hertz.toPrecision(3));
  return rounded < 1_000
    ? units().hertz({ number: numberText(rounded, 1) })
    : units().kilohertz({ number: numberText(rounded / 1_000, 2) });
}

/** A band's limits: "60 Hz – 250 Hz". */
export function bandText({ low, high }: { readonly low: number; readonly high: number }): string {
  return units().range({ from: hertzText(low), to: hertzText(high) });
}

/** A size in bytes, in megabytes or gigabytes. */
export function sizeText(bytes: number): string {
  return bytes < 1e9
    ? units().megabytes({ number: numberText(bytes / 1e6) })
    : units().gigabytes({ number: numberText(bytes / 1e9, 1) });
}
