import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The built pages that the server changes before it sends them. Each is read once. */
export class PageTexts {
  readonly #pages: string;
  /** By path: a flood of requests must not keep the disk busy. */
  readonly #texts = new Map<string, string>();

  /** @param pages path of the directory with the built pages */
  constructor(pages: string) {
    this.#pages = pages;
  }

  /** The text of a page; undefined if it is not built. */
  read(path: string): string | undefined {
    const known = this.#texts.get(path);
    const file = join(this.#pages, path);
    if (known !== undefined || !existsSync(file)) return known;
    const text = readFileSync(file, "utf8");
    this.#texts.set(path, text);
    return text;
  }
}
