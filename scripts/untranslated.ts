import { LANGUAGES } from "../client/words/languages.ts";
import { englishWords, translatedWords } from "../test/support/words.ts";

/**
 * `npm run untranslated -- <language>` prints, in English, the words of the pages that a language lacks, as
 * JSON in the form of `client/words/<language>/<page>.json`. Without a language it prints all words.
 */
const language = process.argv[2];
if (language !== undefined && !(language in LANGUAGES)) {
  throw new Error(`The language must be one of ${Object.keys(LANGUAGES).join(", ")}.`);
}
const there = language === undefined ? {} : translatedWords(language);
const lacking = Object.entries(await englishWords()).map(([part, texts]) => {
  const untranslated = Object.entries(texts).filter(([key]) => there[part]?.[key] === undefined);
  return [part, Object.fromEntries(untranslated)] as const;
});
console.log(
  JSON.stringify(Object.fromEntries(lacking.filter(([, texts]) => Object.keys(texts).length > 0)), null, 2),
);
