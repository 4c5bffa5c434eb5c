import type { Context } from "koa";
import type { CodeProblem } from "../protocol/typed-code.ts";
import type { Languages } from "./languages.ts";
import { PageTexts } from "./page-texts.ts";
import { siteFrom } from "./site.ts";

/** What the page for errors can explain; `client/error/index.html` has a text for each. */
export type Problem =
  | "failed"
  | "inside-only"
  | "not-found"
  | "nothing-to-trust"
  | "wrong-host"
  | `code-${CodeProblem}`;

const PROBLEMS: Readonly<Record<number, Problem>> = {
  403: "inside-only",
  404: "not-found",
  421: "wrong-host",
};

/** What a server says whose pages are not built. It has no words of other languages either. */
const NOT_BUILT = "The pages are not built yet. Run “npm run build” on the server, then reload this page.\n";

/** Answers a request with a page that explains what is wrong, in the language of the person. */
export class ErrorPage {
  readonly #texts: PageTexts;
  readonly #languages: Languages;

  /** @param pages path of the directory with the built pages */
  constructor(pages: string, languages: Languages) {
    this.#texts = new PageTexts(pages);
    this.#languages = languages;
  }

  /**
   * Explains an HTTP error status, by the problem in the request's state if there is one. Without built
   * pages, 404 becomes 503.
   */
  explain(ctx: Context, status: number): void {
    const { problem } = ctx.state as { problem?: Problem };
    this.#answer(ctx, status, problem ?? PROBLEMS[status] ?? "failed");
  }

  /** Asks for another code, because no wall can have this one. */
  refuseCode(ctx: Context, problem: CodeProblem): void {
    this.#answer(ctx, 404, `code-${problem}`);
  }

  #answer(ctx: Context, status: number, problem: Problem): void {
    const page = this.#pageFor(ctx);
    // Koa would change a status that is not set explicitly to 200 when a body is set.
    ctx.status = status === 404 && page === undefined ? 503 : status;
    ctx.set("Cache-Control", "no-store");
    ctx.type = page === undefined ? "text" : "html";
    const site = siteFrom(ctx.path);
    ctx.body =
      page
        ?.replace('data-problem="failed"', `data-problem="${problem}"`)
        .replaceAll(/(href|action)="\//g, `$1="${site}`) ?? NOT_BUILT;
  }

  /** The page in the language of the request; undefined if the pages are not built. */
  #pageFor(ctx: Context): string | undefined {
    return this.#texts.read(this.#languages.fileFor(ctx, "/error/index.html"));
  }
}
