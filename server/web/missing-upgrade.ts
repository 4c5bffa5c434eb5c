import type { Middleware } from "koa";
import type { Logger } from "pino";
import { Explanations } from "../net/explanations.ts";
import type { Origins } from "../net/origins.ts";
import type { Proxies } from "../net/proxies.ts";

/** How many characters of a host are logged. */
const LOGGED_LENGTH = 100;

export interface MissingUpgradeOptions {
  readonly proxies: Proxies;
  /** The sites whose pages may open a WebSocket. */
  readonly pageOrigins: Pick<Origins, "admits">;
  /** Monotonic time, ms. */
  readonly now: () => number;
  readonly log: Pick<Logger, "warn">;
}

/**
 * Answers an ordinary request for `/ws` with 426 (RFC 9110 §15.5.22), and tells the operator what to set. It
 * is a page's WebSocket, from which a proxy has taken the header `Upgrade`. A page cannot see why its
 * WebSocket was refused, so it may ask by POST, with which browsers send the page's origin: 403 if that is
 * not admitted.
 */
export function answerMissingUpgrade(options: MissingUpgradeOptions): Middleware {
  const { proxies, pageOrigins, now, log } = options;
  const explanations = new Explanations(now);
  return (ctx, next) => {
    if (ctx.path !== "/ws") return next();
    const source = proxies.sourceOf(ctx.req);
    const host = source.host.slice(0, LOGGED_LENGTH);
    const isQuestion = ctx.method === "POST";
    if (isQuestion && !pageOrigins.admits(ctx.get("Origin") || undefined, source.host)) ctx.throw(403);
    if (!isQuestion && explanations.isDue(host)) {
      log.warn(
        { host },
        "request for /ws without the header Upgrade refused; if a proxy has taken it away, let it pass, " +
          "in nginx by: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; " +
          'proxy_set_header Connection "upgrade";',
      );
    }
    ctx.status = 426;
    ctx.set({ Upgrade: "websocket", Connection: "Upgrade", "Cache-Control": "no-store" });
    ctx.body =
      "This is the address of a WebSocket. If a page has opened it, a proxy does not pass on Upgrade.\n";
  };
}
