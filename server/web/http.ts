import { existsSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import Koa, { type Context, type Middleware, type Next } from "koa";
import serve from "koa-static";
import type { Logger } from "pino";
import type { Guard } from "../limits/guard.ts";
import type { Load } from "../limits/load.ts";
import { isLoopback, isPrivate, type Proxies } from "../net/address.ts";
import type { Strangers } from "../net/host-names.ts";
import { CODE_PATTERN, normaliseCode } from "../protocol/format.ts";
import type { Rooms } from "../room/rooms.ts";
import { requireToken } from "./bearer.ts";
import { messagePage } from "./message-page.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Scripts and styles from this server only; sockets to it by name or by address; inline styles for colours.
 */
const CONTENT_POLICY = [
  "default-src 'self'",
  "connect-src 'self' ws: wss:",
  "media-src 'self' blob:",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join("; ");

const SECURITY_HEADERS = {
  "Content-Security-Policy": CONTENT_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=()",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};

/** The page behind each address that carries a wall's code. */
const CODE_PAGES: Readonly<Record<string, string>> = {
  host: "/host/index.html",
  w: "/listener/index.html",
};

export interface HttpOptions {
  readonly load: Pick<Load, "refusal">;
  /** Name of a thread that does not answer. */
  readonly silentThread: () => string | undefined;
  readonly metrics: Pick<Metrics, "text">;
  /** Shows the figures to other machines; "" for this one only. */
  readonly metricsToken: string;
  readonly proxies: Proxies;
  readonly guard: Guard;
  readonly strangers: Pick<Strangers, "has">;
  readonly rooms: Pick<Rooms, "size" | "listenerCount">;
  /** Addresses of the start page for other devices on the network, best first. */
  readonly origins: () => string[];
  /** The wall clock, ms. */
  readonly now: () => number;
  /** Directory of the built pages. */
  readonly pages: string;
  /** Answers under `/admin`. */
  readonly admin: Middleware;
  readonly log: Logger;
}

/**
 * The web side: built pages, addresses with codes, `/healthz`, `/readyz`, `/metrics`; `/lan.json`, from which
 * a host page opened as localhost learns the link it can give to others, inside only; and `/clock`, for pages
 * too busy to read a pong in time.
 */
export function createHttp(options: HttpOptions): Koa {
  const { rooms, load, silentThread, origins, now, pages, proxies, strangers, admin, log } = options;
  const web = new Koa();
  // Errors are answered and logged by `guard`; what is left is a client that went away mid-file.
  web.on("error", (err) => log.debug({ err }, "response failed"));
  web.use(guard(pages, log));
  web.use((ctx, next) => (strangers.has(ctx.req) ? ctx.throw(421) : next()));
  web.use(json("/healthz", () => ({ status: "ok", rooms: rooms.size, listeners: rooms.listenerCount })));
  web.use(ready(load, silentThread));
  web.use(exposition(options));
  web.use(inside("/lan.json", proxies));
  web.use(json("/lan.json", () => ({ origins: origins() })));
  web.use(json("/clock", () => ({ now: now() })));
  web.use(admin);
  web.use(codePages);
  web.use(notModified);
  web.use(serve(pages, { setHeaders: (res, path) => fileHeaders(pages, path, res) }));
  return web;
}

/** Sets the security headers, and turns whatever goes wrong or is not there into a page with words. */
function guard(pages: string, log: Logger) {
  return async (ctx: Context, next: Next) => {
    ctx.set(SECURITY_HEADERS);
    try {
      await next();
    } catch (err) {
      ctx.status = statusOf(err);
      if (ctx.status >= 500) log.error({ err, path: ctx.path }, "request failed");
    }
    if (ctx.status < 400 || ctx.body) return;
    const built = existsSync(join(pages, "index.html"));
    const status = ctx.status === 404 && !built ? 503 : ctx.status;
    ctx.status = status; // Said aloud: to Koa a page without a status is a 200.
    ctx.set("Cache-Control", "no-store");
    ctx.type = "html";
    ctx.body = messagePage(status);
  };
}

function statusOf(err: unknown): number {
  const status = (err as { status?: unknown } | null)?.status;
  return typeof status === "number" && status >= 400 && status < 600 ? status : 500;
}

/** `/readyz`: 200 while the server works and lets people in, else 503 and why not. */
function ready(load: HttpOptions["load"], silentThread: HttpOptions["silentThread"]) {
  return (ctx: Context, next: Next) => {
    if (ctx.path !== "/readyz") return next();
    const thread = silentThread();
    const trouble = thread === undefined ? load.refusal : "thread-silent";
    ctx.set("Cache-Control", "no-store");
    ctx.status = trouble ? 503 : 200;
    ctx.body = { status: trouble ?? "ready", ...(thread !== undefined && { thread }) };
  };
}

/** `/metrics`, for Prometheus: on this machine, or with the token. */
function exposition({ metrics, metricsToken: token, proxies, guard }: HttpOptions) {
  return async (ctx: Context, next: Next) => {
    if (ctx.path !== "/metrics") return next();
    ctx.set("Cache-Control", "no-store");
    const { address, direct } = proxies.originOf(ctx.req);
    if (!direct || !isLoopback(address)) {
      if (token === "") ctx.throw(403);
      await requireToken(ctx, { token, proxies, guard });
    }
    const { type, body } = await metrics.text();
    ctx.set("Content-Type", type);
    ctx.body = body;
  };
}

/** What only those on this machine or a private network are to see: to others it is not there. */
function inside(path: string, proxies: Proxies) {
  return (ctx: Context, next: Next) => {
    if (ctx.path !== path) return next();
    const { address, direct } = proxies.originOf(ctx.req);
    return direct && isPrivate(address) ? next() : ctx.throw(404);
  };
}

function json(path: string, value: () => object) {
  return (ctx: Context, next: Next) => {
    if (ctx.path !== path) return next();
    ctx.set("Cache-Control", "no-store");
    ctx.body = value();
  };
}

/** `/host/<code>` and `/w/<code>` show their page, under the code's one true spelling. */
function codePages(ctx: Context, next: Next) {
  const [, folder = "", typed = "", ...rest] = ctx.path.split("/");
  const page = Object.hasOwn(CODE_PAGES, folder) ? CODE_PAGES[folder] : undefined;
  if (page === undefined || rest.join("") !== "") return next();
  if (typed === "") return ctx.redirect("/");
  const code = normaliseCode(decoded(typed));
  if (!CODE_PATTERN.test(code)) return ctx.throw(404);
  if (ctx.path !== `/${folder}/${code}`) return ctx.redirect(`/${folder}/${code}${ctx.search}`);
  ctx.path = page;
  return next();
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** koa-static dates its files but leaves "not modified" to others. */
async function notModified(ctx: Context, next: Next) {
  await next();
  if (!ctx.fresh) return;
  ctx.status = 304;
  ctx.body = null;
}

function fileHeaders(pages: string, path: string, res: ServerResponse): void {
  // Vite puts a hash into the name of everything under `assets`, so those never change.
  const isHashed = path.startsWith(join(pages, "assets"));
  res.setHeader("Cache-Control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
  // The build puts a `.br` and a `.gz` beside most: a cache must not hand them to those who take neither.
  res.setHeader("Vary", "Accept-Encoding");
}
