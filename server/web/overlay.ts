import type { Context, Next } from "koa";
import type { ScreenPage } from "./screen-page.ts";

/** Whether a request for a screen's page asks for one whose dark is transparent. */
export function asksForOverlay(ctx: Context): boolean {
  return "transparent" in ctx.query;
}

/**
 * Answers a request for the page of a screen whose dark is transparent, for programs that lay it over a
 * picture. It is a kiosk, to which the request is redirected. The page is marked here, because its first
 * script has no byte to spare for what its style sheet can do.
 */
export function answerOverlay(page: ScreenPage, ctx: Context, next: Next): Promise<void> | undefined {
  if (!("kiosk" in ctx.query)) {
    ctx.redirect(`${ctx.search}&kiosk`);
    return;
  }
  const change = (text: string) => text.replace("<html ", "<html data-transparent ");
  return page.answer(ctx, next, { change, cacheControl: "no-cache" });
}
