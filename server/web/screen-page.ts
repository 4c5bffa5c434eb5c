import type { Context, Next } from "koa";
import type { Languages } from "./languages.ts";
import { PageTexts } from "./page-texts.ts";

/** The page of a screen, in the form that {@link Languages.fileFor} takes. */
const FILE = "/listener/index.html";

/** The page of a screen, for answers in which the server changes it. */
export class ScreenPage {
  readonly #texts: PageTexts;
  readonly #languages: Languages;

  /** @param pages path of the directory with the built pages */
  constructor(pages: string, languages: Languages) {
    this.#texts = new PageTexts(pages);
    this.#languages = languages;
  }

  /**
   * Answers a request for it, in the language of its reader.
   * @param change makes the text that is sent from the page's own
   * @param cacheControl the header `Cache-Control`
   */
  answer(
    ctx: Context,
    next: Next,
    { change, cacheControl }: { change: (text: string) => string; cacheControl: string },
  ): Promise<void> | undefined {
    const text = this.#texts.read(this.#languages.fileFor(ctx, FILE));
    if (text === undefined) return next();
    ctx.set({ "Cache-Control": cacheControl, Vary: "Accept-Language, Cookie" });
    ctx.type = "html";
    ctx.body = change(text);
    return;
  }
}
