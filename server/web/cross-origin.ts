import type { Context } from "koa";
import type { Origins } from "../net/origins.ts";
import type { RequestSource } from "../net/proxies.ts";
import { refuseWith } from "./door-replies.ts";

/** The headers that pages of other sites may send and read (Fetch §3.2.3). */
const CORS_HEADERS = {
  "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
  "Access-Control-Expose-Headers": "Location, ETag, Link, Retry-After",
};

export interface AllowedOptions {
  readonly origins: Origins;
  readonly source: Pick<RequestSource, "host">;
  /** The methods that the path has, with commas between. */
  readonly methods: string;
  /** The type of the bodies that are posted there. */
  readonly accepts: string;
}

/**
 * Lets pages of this server and of allowed sites use a path, and answers OPTIONS (RFC 9725 §4.2). Refuses the
 * requests of other pages.
 * @returns whether the request is to be handled
 */
export function allowOrigin(ctx: Context, { origins, source, methods, accepts }: AllowedOptions): boolean {
  const origin = ctx.get("Origin") || undefined;
  const isAdmitted = origins.admits(origin, source.host);
  ctx.vary("Origin");
  if (isAdmitted && origin !== undefined) {
    ctx.set({
      ...CORS_HEADERS,
      "Access-Control-Allow-Origin": origin,
      "Access-Control-Allow-Methods": methods,
    });
  }
  if (ctx.method === "OPTIONS") {
    ctx.set({ Allow: methods, "Accept-Post": accepts });
    ctx.status = 200;
    ctx.body = "";
    return false;
  }
  if (!isAdmitted) refuseWith(ctx, 403, "Pages of this site may not use this server.");
  return isAdmitted;
}
