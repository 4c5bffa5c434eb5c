import type { Context, Middleware } from "koa";
import type { Logger } from "pino";
import type { ClientLimits } from "../limits/client-limits.ts";
import type { Proxies } from "../net/proxies.ts";
import type { ServerStatus } from "../protocol/admin.ts";
import { LightwallError } from "../protocol/errors.ts";
import { CODE_PATTERN } from "../protocol/format.ts";
import type { Rooms } from "../room/rooms.ts";
import { requireToken } from "./bearer.ts";

export interface AdminOptions {
  /** The setting `ADMIN_TOKEN`: opens the admin page. "" turns the page off: it answers 404. */
  readonly token: string;
  readonly rooms: Pick<Rooms, "list" | "find" | "end">;
  /** The server's load and limits. */
  readonly status: () => ServerStatus;
  readonly proxies: Proxies;
  readonly limits: ClientLimits;
  readonly log: Logger;
}

const WALLS = "/admin/walls";

/**
 * Serves `/admin` and its API: `GET /admin/walls` lists the walls and reports the server's load,
 * `DELETE /admin/walls/<code>` closes a wall. The API requires the admin token as `Authorization: Bearer`.
 */
export function createAdmin({ token, rooms, status, proxies, limits, log }: AdminOptions): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== "/admin" && !ctx.path.startsWith("/admin/")) return next();
    if (token === "") ctx.throw(404);
    // The page names its files relative to this.
    if (ctx.path === "/admin") return ctx.redirect(`admin/${ctx.search}`);
    if (ctx.path !== WALLS && !ctx.path.startsWith(`${WALLS}/`)) return next();
    ctx.set("Cache-Control", "no-store");
    await requireToken(ctx, { token, proxies, limits });
    if (ctx.path === WALLS && ctx.method === "GET") ctx.body = { walls: rooms.list(), server: status() };
    else if (ctx.method === "DELETE") close(ctx, ctx.path.slice(WALLS.length + 1));
    else ctx.throw(405);
  };

  function close(ctx: Context, code: string): void {
    try {
      if (!CODE_PATTERN.test(code)) ctx.throw(404);
      rooms.end(rooms.find(code), "closed by an administrator");
      log.info({ wall: code }, "wall closed by an administrator");
      ctx.status = 204;
    } catch (error) {
      if (!(error instanceof LightwallError)) throw error;
      ctx.throw(404);
    }
  }
}
