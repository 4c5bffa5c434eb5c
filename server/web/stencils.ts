import type { Context, Next } from "koa";
import type { Rooms } from "../room/rooms.ts";

const PATH = /^\/stencil\/([^/]+)\/([^/]+)$/;

/** Serves the stencils of walls at `/stencil/<code>/<id>`. A wall's earlier stencils are not kept: 404. */
export function serveStencils(rooms: Pick<Rooms, "stencil">) {
  return async (ctx: Context, next: Next) => {
    const [, code, id] = PATH.exec(ctx.path) ?? [];
    const isRead = ctx.method === "GET" || ctx.method === "HEAD";
    if (code === undefined || id === undefined || !isRead) return next();
    const body = await rooms.stencil(code, id);
    if (!body) return ctx.throw(404);
    // The id is a hash of the content, therefore the content never changes.
    ctx.set("Cache-Control", "public, max-age=31536000, immutable");
    // Only pages ask for it, and all browsers accept gzip.
    ctx.set("Content-Encoding", "gzip");
    ctx.type = "application/octet-stream";
    ctx.body = body;
  };
}
