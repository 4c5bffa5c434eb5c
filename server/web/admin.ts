import type { Context, Middleware } from "koa";
import type { Logger } from "pino";
import type { Guard } from "../limits/guard.ts";
import type { Proxies } from "../net/address.ts";
import { LightwallError } from "../protocol/errors.ts";
import { CODE_PATTERN } from "../protocol/format.ts";
import type { Rooms } from "../room/rooms.ts";
import { requireToken } from "./bearer.ts";

export interface AdminOptions {
  /** Who shows it may list and close rooms; "" for nobody, and then there is nothing to be seen. */
  readonly token: string;
  readonly rooms: Pick<Rooms, "list" | "find" | "end">;
  readonly proxies: Proxies;
  readonly guard: Guard;
  readonly log: Logger;
}

const ROOMS = "/admin/rooms";

/**
 * What the admin page asks for: `GET /admin/rooms` lists, `DELETE /admin/rooms/<code>` closes one. Both
 * want the token as `Authorization: Bearer`, which other sites' pages cannot send.
 */
export function createAdmin({ token, rooms, proxies, guard, log }: AdminOptions): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== "/admin" && !ctx.path.startsWith("/admin/")) return next();
    if (token === "") ctx.throw(404);
    if (ctx.path === "/admin") ctx.path = "/admin/index.html";
    if (ctx.path !== ROOMS && !ctx.path.startsWith(`${ROOMS}/`)) return next();
    ctx.set("Cache-Control", "no-store");
    await requireToken(ctx, { token, proxies, guard });
    if (ctx.path === ROOMS && ctx.method === "GET") ctx.body = { rooms: rooms.list() };
    else if (ctx.method === "DELETE") close(ctx, ctx.path.slice(ROOMS.length + 1));
    else ctx.throw(405);
  };

  function close(ctx: Context, code: string): void {
    try {
      if (!CODE_PATTERN.test(code)) ctx.throw(404);
      rooms.end(rooms.find(code), "closed by an administrator");
      log.info({ room: code }, "room closed by an administrator");
      ctx.status = 204;
    } catch (error) {
      if (!(error instanceof LightwallError)) throw error;
      ctx.throw(404);
    }
  }
}
