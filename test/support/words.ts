import { globSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Source, sourceOf, type Words } from "../../client/words/words.ts";
import { ERRORS } from "../../server/protocol/errors.ts";

/** Where the words of all pages are. */
export const WORDS_FOLDER = fileURLToPath(new URL("../../client/words/", import.meta.url));

/** The words of each part, by their keys. */
export type Parts = Record<string, Record<string, Source>>;

/** The English words of all parts, as translators get them. @throws if a part is defined twice */
export async function englishWords(): Promise<Parts> {
  const parts: Parts = {};
  for (const file of globSync(["en/*.ts", "*.ts"], { cwd: WORDS_FOLDER })) {
    const exported: Record<string, unknown> = await import(pathToFileURL(WORDS_FOLDER + file).href);
    for (const value of Object.values(exported)) {
      if (typeof value !== "function" || !("part" in value)) continue;
      const words = value as unknown as Words;
      if (words.part in parts) throw new Error(`The words of ${words.part} are defined twice.`);
      parts[words.part] = sourceOf(words);
    }
  }
  const errors = Object.entries(ERRORS).map(([code, { message }]) => [code, message]);
  return { ...parts, "shared/errors": Object.fromEntries(errors) };
}

/** The words of all parts in a language, as far as they are translated. */
export function translatedWords(language: string): Parts {
  const files = globSync(`${language}/*.json`, { cwd: WORDS_FOLDER }).map((file) => WORDS_FOLDER + file);
  return Object.assign({}, ...files.map((file) => JSON.parse(readFileSync(file, "utf8"))));
}
