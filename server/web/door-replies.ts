import type { Context } from "koa";
import type { Logger } from "pino";
import { codeOf, ERRORS, type ErrorCode } from "../protocol/errors.ts";
import type { IceServer } from "../protocol/messages.ts";

/** The HTTP status of each error of a program's request; 500 for the others. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  "password-needed": 401,
  "key-wrong": 403,
  "password-wrong": 403,
  "code-unknown": 404,
  "screen-unknown": 404,
  "scene-unknown": 404,
  "kept-elsewhere": 307,
  "host-live": 409,
  "screen-present": 409,
  "room-closed": 410,
  "message-too-large": 413,
  "not-json": 400,
  "message-invalid": 400,
  "offer-invalid": 400,
  "offer-no-audio": 422,
  "offer-sends": 422,
  "rate-limited": 429,
  "changed-too-often": 429,
  "wall-unreadable": 503,
  "room-full": 503,
  "rooms-full": 503,
  "server-full": 503,
  "server-stopping": 503,
  "servers-apart": 503,
};

/** What an error says to a program's author, where the text for pages would mislead. */
const DETAILS: Partial<Record<ErrorCode, string>> = {
  "not-json": "The body is not JSON.",
  "key-wrong": "This is not the host key of this wall. Its console shows it on the tab Room.",
  "password-needed": "This wall has a password. Send it as bearer token.",
  "offer-invalid": "The body is no offer in SDP that the server can read.",
  "offer-no-audio": "The offer contains no Opus audio.",
  "server-stopping": "The server is stopping.",
  "changed-too-often": "Too many requests from this network. It may send fewer in a second.",
};

/** After how long a program should ask again, s (RFC 9110 §10.2.3), by the status of the answer. */
const RETRY_AFTER_S: Record<number, number> = { 429: 60, 503: 10 };
/** The same for changes, which are counted for each second, and not for each minute as attempts are. */
const RETRY_CHANGE_AFTER_S = 2;

/**
 * Refuses a program's request: with the HTTP status of the error, its code and a sentence about it, as
 * problem details (RFC 9457). An error without a code is logged.
 */
export function refuse(ctx: Context, error: unknown, log: Logger): void {
  const code = codeOf(error);
  if (code === "internal") log.error({ err: error, path: ctx.path }, "request failed");
  const site = code === "kept-elsewhere" ? (error as Error).cause : undefined;
  // WHIP allows to be sent elsewhere (RFC 9725 §4.5).
  if (typeof site === "string" && site !== "") ctx.set("Location", `${site}${ctx.url}`);
  const status = site === "" ? 503 : (STATUSES[code] ?? 500);
  refuseWith(ctx, status, DETAILS[code] ?? ERRORS[code].message, code);
}

/** Refuses a program's request with an HTTP status, and says why. */
export function refuseWith(ctx: Context, status: number, detail: string, code?: ErrorCode): void {
  const retryAfterS = code === "changed-too-often" ? RETRY_CHANGE_AFTER_S : RETRY_AFTER_S[status];
  if (retryAfterS !== undefined) ctx.set("Retry-After", String(retryAfterS));
  if (status === 401) ctx.set("WWW-Authenticate", "Bearer");
  // What is left of a body that is too large is not read.
  if (status === 413) ctx.set("Connection", "close");
  ctx.status = status;
  ctx.body = JSON.stringify({ status, detail, ...(code && { code }) });
  ctx.type = "application/problem+json";
}

/** Refuses a method that a path does not have. @param methods those that it has */
export function refuseMethod(ctx: Context, methods: string): void {
  ctx.set("Allow", methods);
  refuseWith(ctx, 405, `Only ${methods} are allowed here.`);
}

/** STUN and TURN servers as `Link` headers (RFC 9725 §4.6). */
export function iceLinks(servers: readonly IceServer[]): string[] {
  return servers.flatMap(({ urls, username, credential }) =>
    urls.map((url) => {
      const link = `<${url}>; rel="ice-server"`;
      if (username === undefined || credential === undefined) return link;
      return `${link}; username="${username}"; credential="${credential}"; credential-type="password"`;
    }),
  );
}
