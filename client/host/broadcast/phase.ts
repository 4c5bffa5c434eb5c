import type { ErrorCode } from "#protocol/errors.ts";

/**
 * The console's relation to its wall: `connecting` (for the first time), `ready` (this page is the host),
 * `reconnecting`, `elsewhere` (another page is the host, and the person decides whether this one takes over),
 * `replaced` (another page has taken over), `closed` (the wall no longer exists), `refused` (this page cannot
 * host the wall; see `refusal`).
 */
export type ConnectionPhase = "connecting" | "ready" | "reconnecting" | EndPhase;

/** The phases in which this page is not connected. */
export type EndPhase = "elsewhere" | "replaced" | "closed" | "refused";

/** The phases in which this page does not host the wall, and connects no more by itself. */
export const ENDED: ReadonlySet<ConnectionPhase> = new Set<EndPhase>([
  "elsewhere",
  "replaced",
  "closed",
  "refused",
]);

/** The phases in which another page hosts the wall. */
export const ELSEWHERE: ReadonlySet<ConnectionPhase> = new Set<EndPhase>(["elsewhere", "replaced"]);

/** Errors after which this page does not host this wall. */
const ENDS: Partial<Record<ErrorCode, EndPhase>> = {
  "host-present": "elsewhere",
  "host-replaced": "replaced",
  "room-closed": "closed",
  "key-wrong": "refused",
  "code-unknown": "refused",
  "version-unsupported": "refused",
};

/** The phase that begins with an error; undefined if this page goes on. */
export function endBy(code: ErrorCode): EndPhase | undefined {
  return ENDS[code];
}
