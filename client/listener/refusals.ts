import type { ErrorCode } from "#protocol/errors.ts";
import type { Refusal } from "./status.ts";

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

/** Refusals that pass without anyone's doing; and those that may pass by the host's. */
const PASSING: ReadonlySet<Refusal> = new Set(["full", "busy", "gone"]);
const CHANGEABLE: ReadonlySet<Refusal> = new Set(["closed", "password", "wrong-password"]);
/** Between two tries with a password that is wrong: a server counts them; ms. */
const PASSWORD_RETRY_MS = 30_000;

/**
 * What an error means for a page that would come in; undefined where it is no refusal.
 * @param returning the page was in the wall before: one that is not known now may come back
 */
export function refusalOf(code: ErrorCode, returning: boolean): Refusal | undefined {
  const refusal = REFUSALS[code];
  return refusal === "unknown" && returning ? "gone" : refusal;
}

/**
 * The least time after which to try again, in ms; undefined where that is of no use.
 * @param tireless nobody is there to do anything
 */
export function retryAfter(refusal: Refusal, tireless: boolean): number | undefined {
  if (PASSING.has(refusal)) return 0;
  if (!tireless || !CHANGEABLE.has(refusal)) return undefined;
  return refusal === "wrong-password" ? PASSWORD_RETRY_MS : 0;
}
