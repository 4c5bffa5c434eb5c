const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** From how many days on a date is told instead of a number of days. */
const DATE_FROM_DAYS = 7;

/**
 * Says when something was: "5 minutes ago", "yesterday", and the date after a week.
 * @param at ms since 1970
 * @param now ms since 1970
 * @param locales the languages to say it in, the best one first
 */
export function whenWords(at: number, now: number, locales: readonly string[]): string {
  const relative = new Intl.RelativeTimeFormat([...locales], { numeric: "auto" });
  // The clock of this computer may have been set back.
  const ago = Math.max(0, now - at);
  if (ago < MINUTE_MS) return relative.format(0, "second");
  if (ago < HOUR_MS) return relative.format(-Math.floor(ago / MINUTE_MS), "minute");
  const days = midnights(at, now);
  if (days === 0) return relative.format(-Math.floor(ago / HOUR_MS), "hour");
  if (days < DATE_FROM_DAYS) return relative.format(-days, "day");
  return new Intl.DateTimeFormat([...locales], { dateStyle: "medium" }).format(at);
}

/** How many midnights of this computer's time zone lie between two moments. */
function midnights(from: number, to: number): number {
  const start = new Date(from).setHours(0, 0, 0, 0);
  const end = new Date(to).setHours(0, 0, 0, 0);
  // Rounded, as a day has 23 or 25 hours when the clocks change.
  return Math.round((end - start) / (24 * HOUR_MS));
}
