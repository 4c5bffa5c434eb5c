import { X509Certificate } from "node:crypto";
import type { Context, Middleware } from "koa";
import type { Problem } from "../error-page.ts";
import type { Certificates } from "./certificates.ts";
import { appleProfile } from "./profile.ts";

/** What `/trust/` offers besides its page, by name: the type and the content, from the certificate in PEM. */
const FILES: Readonly<Record<string, { type: string; content: (authority: string) => string | Buffer }>> = {
  "lightwall.mobileconfig": { type: "application/x-apple-aspen-config", content: appleProfile },
  // RFC 2585 names another type. Android, Windows and Firefox know this one.
  "lightwall.crt": {
    type: "application/x-x509-ca-cert",
    content: (authority) => new X509Certificate(authority).raw,
  },
  "fingerprint.json": {
    type: "application/json",
    content: (authority) => JSON.stringify({ sha256: new X509Certificate(authority).fingerprint256 }),
  },
};

/**
 * Serves `/trust/`, which explains to people how their devices trust the server's own authority, and has its
 * certificate for them. Without such an authority it says that there is nothing to trust.
 */
export function createTrust(certificates: Pick<Certificates, "authority"> | undefined): Middleware {
  return (ctx, next) => {
    if (ctx.path !== "/trust" && !ctx.path.startsWith("/trust/")) return next();
    const authority = certificates?.authority;
    if (authority === undefined) {
      ctx.state.problem = "nothing-to-trust" satisfies Problem;
      return ctx.throw(404);
    }
    // The page names its files relative to this.
    if (ctx.path === "/trust") return ctx.redirect(`trust/${ctx.search}`);
    const name = ctx.path.slice("/trust/".length);
    if (name === "probe") return answerProbe(ctx);
    const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
    if (file === undefined) return next();
    ctx.set("Cache-Control", "no-store");
    ctx.type = file.type;
    ctx.body = file.content(authority);
    return;
  };
}

/** A page on plain HTTP, which is another origin, finds out here whether its device trusts the server. */
function answerProbe(ctx: Context): void {
  ctx.set({ "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "cross-origin" });
  ctx.status = 204;
}
