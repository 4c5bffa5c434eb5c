import type { ServerResponse } from "node:http";
import { join } from "node:path";
import Koa, { type Context, type Middleware, type Next } from "koa";
import serve from "koa-static";
import type { Logger } from "pino";
import type { ServerCapacity } from "../limits/capacity.ts";
import type { ClientLimits } from "../limits/client-limits.ts";
import { isHost, isLoopback, isPrivate } from "../net/address.ts";
import type { RebindingGuard } from "../net/host-names.ts";
import type { Origins } from "../net/origins.ts";
import type { Proxies } from "../net/proxies.ts";
import { isLoopbackName } from "../protocol/loopback-name.ts";
import { readCode } from "../protocol/typed-code.ts";
import type { Rooms } from "../room/rooms.ts";
import { requireToken } from "./bearer.ts";
import { ErrorPage } from "./error-page.ts";
import { answerUpgrade } from "./https/screen-upgrade.ts";
import { Languages } from "./languages.ts";
import type { Metrics } from "./metrics.ts";
import { answerMissingUpgrade } from "./missing-upgrade.ts";
import { answerOverlay, asksForOverlay } from "./overlay.ts";
import { ScreenPage } from "./screen-page.ts";
import { siteFrom } from "./site.ts";
import { serveStencils } from "./stencils.ts";

/** Scripts and styles only from this server, WebSockets to any host, inline styles for colours. */
const CONTENT_POLICY = [
  "default-src 'self'",
  // A decoder of Opus in WebAssembly, for pages whose browser has none.
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self' ws: wss:",
  "media-src 'self' blob:",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

const SECURITY_HEADERS = {
  "Content-Security-Policy": `${CONTENT_POLICY}; frame-ancestors 'self'`,
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(self), geolocation=(), payment=(), usb=()",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};

/**
 * Keeps windows of other sites apart. Browsers ignore it where the origin is not potentially trustworthy
 * (HTML, "obtain a cross-origin opener policy"), and say so in the console of each page.
 */
const OPENER_POLICY = { "Cross-Origin-Opener-Policy": "same-origin" };

/** The page for each first path segment that is followed by a wall's code. */
const CODE_PAGES: Readonly<Record<string, string>> = {
  host: "/host/index.html",
  w: "/listener/index.html",
};

export interface HttpOptions {
  readonly capacity: Pick<ServerCapacity, "refusal">;
  /** Name of a media thread that does not respond; undefined if all do. */
  readonly silentThread: () => string | undefined;
  /** Why the servers that carry the same walls cannot be reached; undefined if they can, or if none do. */
  readonly relayFailure: () => string | undefined;
  readonly metrics: Pick<Metrics, "text">;
  /** The setting `METRICS_TOKEN`: opens `/metrics` to other machines. "" restricts it to this machine. */
  readonly metricsToken: string;
  readonly proxies: Proxies;
  readonly limits: ClientLimits;
  readonly rebindingGuard: Pick<RebindingGuard, "refuses">;
  readonly rooms: Pick<Rooms, "size" | "listenerCount" | "stencil">;
  /** Origins at which other devices on the network reach this server, the best one first. */
  readonly origins: () => Promise<string[]>;
  /** The sites whose pages may open a WebSocket. */
  readonly pageOrigins: Pick<Origins, "admits">;
  /** The setting `PUBLIC_URL`. */
  readonly publicUrl: string;
  /** Monotonic time, ms. */
  readonly now: () => number;
  /** The setting `FRAME_ANCESTORS`: who may show screens in a frame besides this server. */
  readonly frameAncestors: readonly string[];
  /** Path of the directory with the built pages. */
  readonly pages: string;
  /** Handles `/admin` and everything below it. */
  readonly admin: Middleware;
  /** Handles WHIP and WHEP. */
  readonly doors: Middleware;
  /** Handles the control API. */
  readonly control: Middleware;
  /** Decides what a server with HTTPS answers over plain HTTP. */
  readonly plainHttp: Middleware;
  /** Handles `/trust`. */
  readonly trust: Middleware;
  /** Whether a screen's page has come over plain HTTP and may be there over HTTPS for this device. */
  readonly mayUpgrade: (ctx: Context) => boolean;
  readonly log: Logger;
}

/**
 * Creates the HTTP application: the built pages, pages with a wall's code in their path, `/healthz`,
 * `/readyz`, `/metrics`, `/stencil`, `/admin`, `/check`, `/trust`, WHIP and WHEP, and the control API.
 * `/lan.json` tells a host page the addresses of this server that work on other devices.
 */
export function createHttp(options: HttpOptions): Koa {
  const { rooms, pages, rebindingGuard, log } = options;
  const web = new Koa();
  // `errorPages` handles and logs errors. The rest are clients that disconnected during a response.
  web.on("error", (err) => log.debug({ err }, "response failed"));
  const languages = new Languages(pages);
  const errors = new ErrorPage(pages, languages);
  web.use(errorPages(errors, log));
  web.use(requireHost);
  web.use((ctx, next) => (rebindingGuard.refuses(ctx.req) ? ctx.throw(421) : next()));
  web.use(options.plainHttp);
  web.use(answerMissingUpgrade(options));
  web.use(json("/healthz", () => ({ status: "ok", walls: rooms.size, listeners: rooms.listenerCount })));
  web.use(ready(options));
  web.use(serveMetrics(options));
  web.use(serveOrigins(options));
  web.use(options.admin);
  web.use(options.doors);
  web.use(options.control);
  web.use(options.trust);
  web.use(serveStencils(rooms));
  // The page names its files relative to this.
  web.use((ctx, next) => (ctx.path === "/check" ? ctx.redirect(`check/${ctx.search}`) : next()));
  web.use(codePages(errors, languages, options));
  web.use(languages.choose);
  web.use(notModified);
  web.use(serve(pages, { setHeaders: (res, path) => fileHeaders(pages, path, res) }));
  return web;
}

/** Sets the security headers. Answers errors and unknown paths with a page that explains them. */
function errorPages(errors: ErrorPage, log: Logger) {
  return async (ctx: Context, next: Next) => {
    ctx.set(SECURITY_HEADERS);
    if (mayBeTrustworthy(ctx)) ctx.set(OPENER_POLICY);
    try {
      await next();
    } catch (err) {
      ctx.status = statusOf(err);
      if (ctx.status >= 500) log.error({ err, path: ctx.path }, "request failed");
    }
    if (ctx.status >= 400 && !ctx.body) errors.explain(ctx, ctx.status);
  };
}

/** Whether the page's origin may be potentially trustworthy (W3C Secure Contexts §3.1). */
function mayBeTrustworthy({ secure, hostname, req }: Context): boolean {
  // Whoever sends this header without a proxy gets a header of its own page only.
  return secure || req.headers["x-forwarded-proto"] === "https" || isLoopbackName(hostname);
}

/** Refuses a `Host` header that names nothing (RFC 9112 §3.2): it would become part of redirects. */
function requireHost(ctx: Context, next: Next) {
  const { host = "" } = ctx.req.headers;
  // Programs of HTTP/1.0 send none.
  if (host === "" || isHost(host)) return next();
  ctx.status = 400;
  ctx.body = "The Host header of this request is no name or address.\n";
}

function statusOf(err: unknown): number {
  const status = (err as { status?: unknown } | null)?.status;
  return typeof status === "number" && status >= 400 && status < 600 ? status : 500;
}

/**
 * `/readyz`: 200 while the server works and admits new pages, otherwise 503 with the reason. Without other
 * servers it still carries its own walls.
 */
function ready({ capacity, silentThread, relayFailure }: HttpOptions) {
  return (ctx: Context, next: Next) => {
    if (ctx.path !== "/readyz") return next();
    const thread = silentThread();
    const problem = thread === undefined ? capacity.refusal : "thread-silent";
    ctx.set("Cache-Control", "no-store");
    ctx.status = problem ? 503 : 200;
    const relay = relayFailure();
    const reasons = { ...(thread !== undefined && { thread }), ...(relay !== undefined && { relay }) };
    ctx.body = { status: problem ?? "ready", ...reasons };
  };
}

/** `/metrics`, for Prometheus: for requests from this machine, or with the token. */
function serveMetrics({ metrics, metricsToken: token, proxies, limits }: HttpOptions) {
  return async (ctx: Context, next: Next) => {
    if (ctx.path !== "/metrics") return next();
    ctx.set("Cache-Control", "no-store");
    const { address, direct } = proxies.sourceOf(ctx.req);
    if (!direct || !isLoopback(address)) {
      if (token === "") ctx.throw(403);
      await requireToken(ctx, { token, proxies, limits });
    }
    const { type, body } = await metrics.text();
    ctx.set("Content-Type", type);
    ctx.body = body;
  };
}

/**
 * `/lan.json`: the address that is meant for everyone, if it is set; and for pages of this machine and of
 * private networks the addresses of this server on its own networks.
 */
function serveOrigins({ origins, publicUrl, proxies }: HttpOptions) {
  return async (ctx: Context, next: Next) => {
    if (ctx.path !== "/lan.json") return next();
    const { address, direct } = proxies.sourceOf(ctx.req);
    const isInside = direct && isPrivate(address);
    ctx.set("Cache-Control", "no-store");
    ctx.body = { publicUrl: publicUrl || null, origins: isInside ? await origins() : [] };
  };
}

/** Serves an object as JSON, never cached. */
function json(path: string, value: () => object) {
  return (ctx: Context, next: Next) => {
    if (ctx.path !== path) return next();
    ctx.set("Cache-Control", "no-store");
    ctx.body = value();
  };
}

/**
 * Serves the pages at `/host/<code>` and `/w/<code>`. Redirects to the normal form of the code, and from
 * `/w?code=<typed>`. Asks for another code where no wall can have this one. Other sites may show screens in a
 * frame if the operator wants that, but never a console, whose presses they could steal.
 */
function codePages(errors: ErrorPage, languages: Languages, options: HttpOptions) {
  const { pages, frameAncestors, mayUpgrade } = options;
  const screenPage = new ScreenPage(pages, languages);
  const screenPolicy = `${CONTENT_POLICY}; frame-ancestors ${["'self'", ...frameAncestors].join(" ")}`;
  return (ctx: Context, next: Next) => {
    const [, folder = "", typed = "", ...rest] = ctx.path.split("/");
    const page = Object.hasOwn(CODE_PAGES, folder) ? CODE_PAGES[folder] : undefined;
    // Also what a screen shows where there is no wall, and the page that tells what keeps it dark.
    if (folder === "w" || folder === "check") ctx.set("Content-Security-Policy", screenPolicy);
    if (page === undefined || rest.join("") !== "") return next();
    if (typed === "" && folder === "w" && typeof ctx.query.code === "string") {
      const read = readCode(ctx.query.code);
      return "code" in read
        ? ctx.redirect(`${siteFrom(ctx.path)}w/${read.code}`)
        : errors.refuseCode(ctx, read.problem);
    }
    if (typed === "") return ctx.redirect(siteFrom(ctx.path));
    const read = readCode(decoded(typed));
    if (!("code" in read)) return folder === "w" ? errors.refuseCode(ctx, read.problem) : ctx.throw(404);
    const { code } = read;
    if (ctx.path !== `/${folder}/${code}`)
      return ctx.redirect(`${siteFrom(ctx.path)}${folder}/${code}${ctx.search}`);
    if (folder === "w" && asksForOverlay(ctx)) return answerOverlay(screenPage, ctx, next);
    if (folder === "w" && mayUpgrade(ctx)) return answerUpgrade(screenPage, ctx, next);
    ctx.path = page;
    return next();
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Answers 304 to a conditional request: koa-static sets `Last-Modified`, but never answers 304. */
async function notModified(ctx: Context, next: Next) {
  await next();
  if (!ctx.fresh) return;
  ctx.status = 304;
  ctx.body = null;
}

function fileHeaders(pages: string, path: string, res: ServerResponse): void {
  // The name of each file under `assets` contains a hash of its content, therefore the file never changes.
  const isHashed = path.startsWith(join(pages, "assets"));
  res.setHeader("Cache-Control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
  // Most files also exist as `.br` and `.gz`. A cache must not give these to browsers that accept neither.
  // Pages are there in several languages.
  res.setHeader("Vary", path.endsWith(".html") ? "Accept-Language, Cookie" : "Accept-Encoding");
}
