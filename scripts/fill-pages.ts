import { existsSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { adminPage } from "../client/words/en/admin-page.ts";
import { checkPage } from "../client/words/en/check-page.ts";
import { codeProblems } from "../client/words/en/code.ts";
import { errorPage } from "../client/words/en/error-page.ts";
import { screenPage } from "../client/words/en/screen-page.ts";
import { startPage } from "../client/words/en/start-page.ts";
import { trustPage } from "../client/words/en/trust-page.ts";
import { directionOf, LANGUAGES, MIRRORED, mirrored } from "../client/words/languages.ts";
import { sourceOf } from "../client/words/words.ts";
import { CODE_LENGTH } from "../server/protocol/format.ts";

/** The parts whose words the HTML of each page has. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  "index.html": ["start/page"],
  "listener/index.html": ["screen/page"],
  "admin/index.html": ["admin/page"],
  "check/index.html": ["check/page"],
  "error/index.html": ["error/page", "shared/code"],
  "trust/index.html": ["trust/page"],
};

/** What stands in words of HTML for names that no language translates. */
const NAMES: Readonly<Record<string, string>> = {
  length: String(CODE_LENGTH),
  metrics: "<code>/metrics</code>",
  metricsToken: "<code>METRICS_TOKEN</code>",
  httpsOption: "<code>--https</code>",
  hostnames: "<code>HOSTNAMES</code>",
};

const WORDS = new URL("../client/words/", import.meta.url);

type Parts = Record<string, Record<string, string>>;

const ENGLISH = Object.fromEntries(
  [startPage, screenPage, adminPage, checkPage, errorPage, trustPage, codeProblems].map((words) => [
    words.part,
    sourceOf(words),
  ]),
) as Parts;

/**
 * Puts words in the place of each `{{key}}` of the built pages: in English, and in each other language as
 * `lang/<language>/<page>`.
 */
export function fillPages(): Plugin {
  return {
    name: "fill-pages",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== "asset" || !asset.fileName.endsWith(".html")) continue;
        const html = String(asset.source);
        for (const language of [...Object.keys(LANGUAGES), MIRRORED]) {
          const source = fillPage(html, asset.fileName, language);
          if (language === "en") asset.source = source;
          else this.emitFile({ type: "asset", fileName: `lang/${language}/${asset.fileName}`, source });
        }
      }
    },
  };
}

/** @throws an Error if the page asks for words that there are not */
export function fillPage(html: string, page: string, language: string): string {
  const words: Record<string, string> = {};
  for (const part of PARTS[page] ?? []) Object.assign(words, wordsOf(part, language));
  const marked = html.replace('<html lang="en"', `<html lang="${language}" dir="${directionOf(language)}"`);
  return marked.replace(/\{\{(\w+)\}\}/g, (_, key: string) => {
    const text = words[key];
    if (text === undefined) throw new Error(`${page} asks for the words “${key}”, which are not defined.`);
    return escaped(text).replace(/\{(\w+)\}/g, (place, name: string) => NAMES[name] ?? place);
  });
}

function wordsOf(part: string, language: string): Record<string, string> {
  const english = ENGLISH[part]!;
  if (language === MIRRORED) {
    return Object.fromEntries(Object.entries(english).map(([key, text]) => [key, mirrored(text)]));
  }
  const file = new URL(`${language}/${part.split("/")[0]}.json`, WORDS);
  const translated = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Parts) : {};
  return { ...english, ...translated[part] };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
