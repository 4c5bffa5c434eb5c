import type { TLSSocket } from "node:tls";
import type { Context, Middleware } from "koa";
import { isLoopback } from "../../net/address.ts";
import type { Proxies } from "../../net/proxies.ts";
import { siteFrom } from "../site.ts";
import type { Certificates } from "./certificates.ts";

/** The pages on which people host and administer, and the start page, which leads there. */
const PERSONAL_PAGE = /^\/(index\.html|host\/.*|admin|admin\/.*)?$/;
/** Where programs show keys and tokens: the control API, WHIP and WHEP, metrics. */
const SECRET_PATH = /^\/(api\/|metrics$|w\/[^/]*\/.)/;

export interface PlainHttpOptions {
  /** Undefined on a server without HTTPS, which answers everything over plain HTTP. */
  readonly certificates: Pick<Certificates, "authority"> | undefined;
  readonly proxies: Proxies;
}

/** Whether a request has come over plain HTTP from another machine than this one and its proxies. */
export function isPlain(ctx: Context, proxies: Proxies): boolean {
  if ((ctx.req.socket as TLSSocket).encrypted) return false;
  const { address, direct } = proxies.sourceOf(ctx.req);
  return direct && !isLoopback(address);
}

/**
 * What a server with HTTPS answers over plain HTTP.
 *
 * With a certificate of a known authority: that the same is there over HTTPS. With one of its own authority,
 * browsers warn of that, and nobody shall be made to install anything for being a screen. So screens get all
 * they need, and the page that explains how to trust the server; whoever opens another page is asked there
 * whether to trust it or to go on. No key and no token travels over plain HTTP.
 */
export function createPlainHttp({ certificates, proxies }: PlainHttpOptions): Middleware {
  return (ctx, next) => {
    if (certificates === undefined || !isPlain(ctx, proxies)) return next();
    const isOwn = certificates.authority !== undefined;
    if (isOwn && PERSONAL_PAGE.test(ctx.path)) {
      const to = ctx.path === "/" ? "" : `?to=${encodeURIComponent(ctx.path + ctx.search)}`;
      return redirect(ctx, `${siteFrom(ctx.path)}trust/${to}`);
    }
    if (isOwn && !SECRET_PATH.test(ctx.path)) return next();
    // A request of HTTP/1.0 need not name a host.
    if (ctx.host === "") return ctx.throw(400);
    // Not `ctx.url`: it begins with a scheme and a host if the client takes this server for a proxy.
    return redirect(ctx, `https://${ctx.host}${ctx.path}${ctx.search}`);
  };
}

/** Temporarily, and with the same method (RFC 9110 §15.4.8): without HTTPS the addresses are right again. */
function redirect(ctx: Context, to: string): void {
  ctx.set("Cache-Control", "no-store");
  ctx.status = 307;
  ctx.redirect(to);
}
