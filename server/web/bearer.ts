import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "koa";
import { sameSecret } from "../data/keys.ts";
import type { Guard } from "../limits/guard.ts";
import type { Proxies } from "../net/address.ts";
import { LightwallError } from "../protocol/errors.ts";

export interface BearerOptions {
  /** What must be shown; not empty. */
  readonly token: string;
  readonly proxies: Proxies;
  readonly guard: Guard;
}

/**
 * Lets through a request that shows a token as `Authorization: Bearer`, which other sites' pages cannot send.
 * Answers others with 401, and with 429 where too many of a network's tries wait already.
 */
export async function requireToken(ctx: Context, { token, proxies, guard }: BearerOptions): Promise<void> {
  const { address } = proxies.originOf(ctx.req);
  const [, shown = ""] = /^Bearer (.+)$/.exec(ctx.get("Authorization")) ?? [];
  const turn = turnOf(guard, address, shown);
  if (!turn) return ctx.throw(429);
  if (turn.wait > 0) await sleep(turn.wait);
  if (sameSecret(shown, token)) return turn.right();
  turn.wrong();
  ctx.throw(401);
}

function turnOf(guard: Guard, address: string, shown: string) {
  try {
    return guard.token(address, shown);
  } catch (error) {
    if (error instanceof LightwallError) return undefined;
    throw error;
  }
}
