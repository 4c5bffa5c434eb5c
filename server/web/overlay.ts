import type { Context, Next } from "koa";
import type { Languages } from "./languages.ts";
import { PageTexts } from "./page-texts.ts";

/** The page of a screen, in the form that {@link Languages.fileFor} takes. */
const SCREEN_PAGE = "/listener/index.html";

/** Whether a request for a screen's page asks for one whose dark is transparent. */
export function asksForOverlay(ctx: Context): boolean {
  return "transparent" in ctx.query;
}

/**
 * Serves the page of a screen whose dark is transparent, for programs that lay it over a picture. It is a
 * kiosk, to which the request is redirected. The page is marked here, because its first script has no byte to
 * spare for what its style sheet can do.
 */
export class Overlay {
  readonly #texts: PageTexts;
  readonly #languages: Languages;

  /** @param pages path of the directory with the built pages */
  constructor(pages: string, languages: Languages) {
    this.#texts = new PageTexts(pages);
    this.#languages = languages;
  }

  /** Answers a request for the page of a screen at the normal form of its address. */
  answer(ctx: Context, next: Next): Promise<void> | undefined {
    if (!("kiosk" in ctx.query)) {
      ctx.redirect(`${ctx.search}&kiosk`);
      return;
    }
    const text = this.#texts.read(this.#languages.fileFor(ctx, SCREEN_PAGE));
    if (text === undefined) return next();
    ctx.set({ "Cache-Control": "no-cache", Vary: "Accept-Language, Cookie" });
    ctx.type = "html";
    ctx.body = text.replace("<html ", "<html data-transparent ");
    return;
  }
}
