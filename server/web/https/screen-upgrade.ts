import type { Context, Next } from "koa";
import type { Languages } from "../languages.ts";
import { PageTexts } from "../page-texts.ts";

/** The page of a screen, in the form that {@link Languages.fileFor} takes. */
const SCREEN_PAGE = "/listener/index.html";
/** Leads the page on to HTTPS if its device trusts the server. The file is one of `static/`. */
const SCRIPT = '<script type="module" src="../to-https.js"></script>';

/**
 * Serves the page of a screen over plain HTTP where the same is there over HTTPS with a certificate that some
 * devices trust and others do not. So one link is right for all: no browser warns, and those devices that
 * trust the server get a secure page.
 */
export class ScreenUpgrade {
  readonly #texts: PageTexts;
  readonly #languages: Languages;

  /** @param pages path of the directory with the built pages */
  constructor(pages: string, languages: Languages) {
    this.#texts = new PageTexts(pages);
    this.#languages = languages;
  }

  /** Answers a request for the page of a screen at the normal form of its address. */
  answer(ctx: Context, next: Next): Promise<void> | undefined {
    const text = this.#texts.read(this.#languages.fileFor(ctx, SCREEN_PAGE));
    if (text === undefined) return next();
    ctx.set({ "Cache-Control": "no-store", Vary: "Accept-Language, Cookie" });
    ctx.type = "html";
    ctx.body = text.replace("</head>", `${SCRIPT}</head>`);
    return;
  }
}
