import {
  createI18n,
  eachMessage,
  type params as libraryParams,
  strings,
  type Translation,
  transform,
  translationsLoading,
} from "@nanostores/i18n";
import { atom } from "nanostores";
import { MIRRORED, mirrored } from "./languages.ts";

export { count } from "@nanostores/i18n";

type Parts = Record<string, Record<string, string>>;

/** The language of this page, as a BCP 47 tag: the server has chosen it, and built the page in it. */
export const language: string = globalThis.document?.documentElement?.lang || "en";

const i18n = createI18n(atom(language), {
  get: load,
  preprocessors: language === MIRRORED ? [eachMessage(mirrored)] : [],
});

/**
 * The translations of a page. Without them, as when the network fails, its words are English.
 * @param parts names of parts, all of the same page
 */
async function load(_: string, parts: string[]): Promise<Parts> {
  // The library waits until each part that it has asked for is there.
  const translated: Parts = Object.fromEntries(parts.map((part) => [part, {}]));
  if (language === MIRRORED) return translated;
  const pages = new Set(parts.map((part) => part.split("/")[0]!));
  for (const page of pages) {
    try {
      const loaded = (await import(`./${language}/${page}.json`)) as { default: Parts };
      Object.assign(translated, loaded.default);
    } catch (error) {
      console.warn(`The words of this page in ${language} could not be loaded.`, error);
    }
  }
  return translated;
}

/** Gives the words of a part in the language of this page, once {@link wordsReady} has resolved. */
export interface Words<English extends Record<string, Translation> = Record<string, Translation>> {
  (): English;
  /** The page and the part. */
  readonly part: string;
  readonly english: English;
}

/**
 * Defines the English words of a part of a page.
 * @param part the page and the part, such as “console/bar”; translations are in `<language>/<page>.json`
 */
export function words<English extends Record<string, Translation>>(
  part: string,
  english: English,
): Words<English> {
  const messages = i18n(part, english);
  // For as long as the page lives: otherwise the library would put the words together for each use.
  messages.listen(() => {});
  return Object.assign(() => messages.get(), { part, english });
}

/** Words as translators get them: texts with `{names}`, and for numbers one for each plural category. */
export type Source = string | Readonly<Record<string, string>>;

/** The English words of a part, as translators get them. */
export function sourceOf({ english }: Pick<Words, "english">): Record<string, Source> {
  const entries = Object.entries(english as Record<string, Source | { input: Source }>);
  return Object.fromEntries(
    entries.map(([key, text]) => [key, typeof text === "object" && "input" in text ? text.input : text]),
  ) as Record<string, Source>;
}

/** Resolves when all words that are defined by now are there in the language of this page. */
export function wordsReady(): Promise<void> {
  return translationsLoading(i18n);
}

/** Letters that are written from right to left: the blocks that Unicode keeps for them (Annex 9, 3.2). */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (Unicode Annex 9, 2.4 and 2.6). */
const [ISOLATE, END] = ["\u2068", "\u2069"];

/**
 * Words with values at the places of `{name}`. A value that is written in the other direction does not
 * disturb the words around it. The library's own would read `$&` and `{other}` within a value as commands.
 */
export const params = transform((_: string, text: string, values: Record<string, string | number>) =>
  strings(text, (one) =>
    one.replace(/\{(\w+)\}/g, (place, name: string) => (name in values ? isolated(values[name]!) : place)),
  ),
) as typeof libraryParams;

function isolated(value: string | number): string {
  const text = String(value);
  return language === MIRRORED || RIGHT_TO_LEFT.test(text) ? ISOLATE + text + END : text;
}

/** The locales for dates and times: the browser's own of the page's language, or the language. */
export function locales(): string[] {
  const wished = navigator.languages.filter((one) => one.split("-")[0] === language.split("-")[0]);
  return wished.length > 0 ? wished : [language];
}
