/** The languages of the pages, as BCP 47 tags, by their own names. What others lack is said in English. */
export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  hi: "हिन्दी",
  ru: "Русский",
  zh: "中文",
} as const;

/** A language that has words of its own. */
export type Language = keyof typeof LANGUAGES;

/**
 * A language for tests of pages that run from right to left: English, whose words are printed backwards.
 * Its name follows the pseudo-locale of Android and Chrome. Browsers do not ask for it, but `?lang=` may.
 */
export const MIRRORED = "ar-XB";

/** The direction in which a language is written, for the attribute `dir`. */
export function directionOf(language: string): "ltr" | "rtl" {
  return language === MIRRORED ? "rtl" : "ltr";
}

/** RIGHT-TO-LEFT OVERRIDE and POP DIRECTIONAL FORMATTING (Unicode Annex 9, 2.2 and 2.5). */
const [OVERRIDE, END] = ["\u202e", "\u202c"];

/** A text of the language for tests: each run of letters is printed from right to left; `{names}` stay. */
export function mirrored(text: string): string {
  return text.replace(/\{\w+\}|\p{L}+/gu, (run) => (run.startsWith("{") ? run : OVERRIDE + run + END));
}
