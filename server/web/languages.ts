import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Context, Next } from "koa";

/** The language of the pages that have no directory of their own. */
const FIRST = "en";
/** The cookie that keeps a language that was asked for by `?lang=`. */
const COOKIE = "lightwall-language";
/** How long it is kept. */
const COOKIE_MAX_AGE_MS = 365 * 24 * 60 * 60 * 1_000;
/** A page in the form in which browsers ask for it: with its file name, or as its directory. */
const PAGE = /(?:\/|\.html)$/;

/**
 * Serves each page in a language that its reader understands. The build puts the pages of other languages
 * than English into `lang/<language>/`.
 */
export class Languages {
  /** Without the ones that are for tests. */
  readonly #offered: string[];
  readonly #all: ReadonlySet<string>;

  /** @param pages path of the directory with the built pages */
  constructor(pages: string) {
    const folder = join(pages, "lang");
    const others = existsSync(folder) ? readdirSync(folder) : [];
    this.#all = new Set([FIRST, ...others]);
    this.#offered = [FIRST, ...others.filter((language) => !/-X[A-Z]$/.test(language))];
  }

  /** The path of a page in the language that a request asks for. */
  fileFor(ctx: Context, page: string): string {
    const language = this.#languageFor(ctx);
    return language === FIRST ? page : `/lang/${language}${page}`;
  }

  /** Middleware: replaces the path of a page by its path in the language that the request asks for. */
  readonly choose = (ctx: Context, next: Next) => {
    if (!PAGE.test(ctx.path)) return next();
    const asked = this.#known(ctx.query.lang);
    if (asked !== undefined) {
      ctx.cookies.set(COOKIE, asked, { maxAge: COOKIE_MAX_AGE_MS, sameSite: "lax", overwrite: true });
    }
    ctx.path = this.fileFor(ctx, ctx.path.endsWith("/") ? `${ctx.path}index.html` : ctx.path);
    return next();
  };

  /**
   * A language that the address names, or one that was named so before, or the browser's first that there is
   * (RFC 9110 §12.5.4).
   */
  #languageFor(ctx: Context): string {
    const named = this.#known(ctx.query.lang) ?? this.#known(ctx.cookies.get(COOKIE));
    return named ?? (ctx.acceptsLanguages(...this.#offered) || FIRST);
  }

  /** The language that a tag names, in any case, also with a region: `de-AT` is `de` here. */
  #known(tag: unknown): string | undefined {
    if (typeof tag !== "string") return;
    const [wanted, primary] = [tag.toLowerCase(), tag.toLowerCase().split("-")[0]];
    const all = [...this.#all];
    return all.find((one) => one.toLowerCase() === wanted) ?? all.find((one) => one === primary);
  }
}
