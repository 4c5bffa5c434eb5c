import type { ErrorCode } from "#protocol/errors.ts";
import type { Refusal } from "../page/status.ts";

/** The refusal that each error means to a page that joins. */
const REFUSALS: Partial<Record<ErrorCode, Refusal>> = {
  "version-unsupported": "outdated",
  "offer-no-audio": "too-old",
  "room-full": "full",
  "rate-limited": "busy",
  "server-full": "busy",
  "password-needed": "password",
  "password-wrong": "wrong-password",
  "code-unknown": "unknown",
  "room-closed": "closed",
};

/** Refusals that end without anyone's action. */
const PASSING: ReadonlySet<Refusal> = new Set(["full", "busy", "not-open"]);
/** Refusals that the host can end. */
const CHANGEABLE: ReadonlySet<Refusal> = new Set(["closed", "password", "wrong-password"]);
/** The wait between two attempts with a wrong password: a server limits them. */
const PASSWORD_RETRY_MS = 30_000;

/**
 * What an error means to a page that joins; undefined if it is no refusal.
 * @param returning this page was in the wall before, so that a wall that is unknown now may open again
 */
export function refusalOf(code: ErrorCode, returning: boolean): Refusal | undefined {
  const refusal = REFUSALS[code];
  return refusal === "unknown" && returning ? "not-open" : refusal;
}

/**
 * The shortest wait before another join, ms; undefined if a person must act first.
 * @param unattended there is no person at this screen
 */
export function retryAfterMs(refusal: Refusal, unattended: boolean): number | undefined {
  if (PASSING.has(refusal)) return 0;
  if (!unattended || !CHANGEABLE.has(refusal)) return undefined;
  return refusal === "wrong-password" ? PASSWORD_RETRY_MS : 0;
}
