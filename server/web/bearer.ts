import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "koa";
import { sameSecret } from "../data/host-keys.ts";
import type { ClientLimits } from "../limits/client-limits.ts";
import type { Proxies } from "../net/proxies.ts";
import { LightwallError } from "../protocol/errors.ts";

export interface BearerOptions {
  /** The expected token; not empty. */
  readonly token: string;
  readonly proxies: Proxies;
  readonly limits: ClientLimits;
}

/**
 * Requires a token as `Authorization: Bearer`, a header that pages of other sites cannot send. Returns if the
 * token is right. Otherwise answers 401, or 429 if too many attempts of the client's network are waiting.
 * After too many wrong tokens a request waits before its token is compared.
 */
export async function requireToken(ctx: Context, { token, proxies, limits }: BearerOptions): Promise<void> {
  const { address } = proxies.sourceOf(ctx.req);
  const [, shown = ""] = /^Bearer (.+)$/.exec(ctx.get("Authorization")) ?? [];
  const attempt = startAttempt(limits, address, shown);
  if (!attempt) return ctx.throw(429);
  if (attempt.waitMs > 0) await sleep(attempt.waitMs);
  if (sameSecret(shown, token)) return attempt.succeeded();
  attempt.failed();
  ctx.throw(401);
}

/** The bearer token (RFC 6750 §2.1); "" if there is none. A password may have any letters, as UTF-8. */
export function tokenOf(ctx: Context): string {
  const [, token = ""] = /^Bearer +(\S.*)$/i.exec(ctx.get("Authorization")) ?? [];
  return Buffer.from(token, "latin1").toString();
}

/** Counts the attempt; undefined if the limit refuses it. */
function startAttempt(limits: ClientLimits, address: string, shown: string) {
  try {
    return limits.attemptToken(address, shown);
  } catch (error) {
    if (error instanceof LightwallError) return undefined;
    throw error;
  }
}
