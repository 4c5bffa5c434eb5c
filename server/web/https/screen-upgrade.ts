import type { Context, Next } from "koa";
import type { ScreenPage } from "../screen-page.ts";

/** Leads the page on to HTTPS if its device trusts the server. The file is one of `static/`. */
const SCRIPT = '<script type="module" src="../to-https.js"></script>';

/**
 * Answers a request for the page of a screen over plain HTTP where the same is there over HTTPS with a
 * certificate that some devices trust and others do not. So one link is right for all: no browser warns, and
 * those devices that trust the server get a secure page.
 */
export function answerUpgrade(page: ScreenPage, ctx: Context, next: Next): Promise<void> | undefined {
  const change = (text: string) => text.replace("</head>", `${SCRIPT}</head>`);
  return page.answer(ctx, next, { change, cacheControl: "no-store" });
}
