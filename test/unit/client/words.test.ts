import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { LANGUAGES, MIRRORED, mirrored } from "../../../client/words/languages.ts";
import { params, type Source, words } from "../../../client/words/words.ts";
import { englishWords, type Parts, translatedWords, WORDS_FOLDER } from "../../support/words.ts";

const OTHERS = Object.keys(LANGUAGES).filter((language) => language !== "en");

/** The texts of a message: of each plural category, or the only one. */
const textsOf = (source: Source) => (typeof source === "string" ? [source] : Object.values(source));
const placesIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe.each(OTHERS)("the words in %s", async (language) => {
  const [source, there] = [await englishWords(), translatedWords(language)];

  test("are all that English has, and no others", () => {
    const keysOf = (parts: Parts) =>
      Object.entries(parts).flatMap(([part, texts]) => Object.keys(texts).map((key) => `${part}: ${key}`));
    expect(keysOf(there).sort()).toEqual(keysOf(source).sort());
  });

  test("have the places for values that English has", () => {
    const wrong = Object.entries(there).flatMap(([part, texts]) =>
      Object.entries(texts).filter(([key, text]) => {
        const wanted = new Set(textsOf(source[part]?.[key] ?? "").flatMap(placesIn));
        // A text for one thing need not have its number.
        const isComplete = (one: string) =>
          [...wanted].every((place) => place === "{count}" || one.includes(place)) &&
          placesIn(one).every((place) => wanted.has(place) || place === "{count}");
        return !textsOf(text).every(isComplete);
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("have a text for each plural category of the language", () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    const plurals = Object.values(there).flatMap((texts) =>
      Object.entries(texts).filter(([, text]) => typeof text !== "string"),
    );
    // In Spanish, “many” is for millions, which no wall has.
    const needed = pluralCategories.filter((one) => !(one === "many" && language === "es"));
    const wrong = plurals.filter(([, forms]) => needed.some((one) => !(one in (forms as object))));
    expect(wrong).toEqual([]);
  });

  test("call a button in its spoken name as on its face (WCAG 2.2, 2.5.3)", () => {
    const bar = there["console/bar"] as Record<string, string>;
    expect(bar.undoStep!.toLowerCase()).toContain(bar.undo!.toLowerCase());
  });

  test("are empty only where English is", () => {
    const empty = Object.entries(there).flatMap(([part, texts]) =>
      Object.entries(texts).filter(([key, text]) => text === "" && source[part]?.[key] !== ""),
    );
    expect(empty).toEqual([]);
  });
});

describe("values in words", () => {
  const t = words("test/values", { lost: params("{screen} lost {share}"), twice: params("{a} and {a}") });

  test("stand where the words have their names", () => {
    expect(t().lost({ screen: "Stage", share: "2 %" })).toBe("Stage lost 2 %");
    expect(t().twice({ a: 1 })).toBe("1 and 1");
  });

  test.each(["$&", "$1", "{share}", "\\"])("are not read as commands: %s", (screen) => {
    expect(t().lost({ screen, share: 1 })).toBe(`${screen} lost 1`);
  });

  test("of the other direction are kept apart from the words around them", () => {
    expect(t().lost({ screen: "מסך", share: 1 })).toBe("\u2068מסך\u2069 lost 1");
  });
});

test("the language for tests turns words and leaves the places for values", () => {
  expect(mirrored("Wall {code} closes.")).toBe("\u202eWall\u202c {code} \u202ecloses\u202c.");
});

test("the start page offers each language but the one for tests", () => {
  const html = readFileSync(`${WORDS_FOLDER}../index.html`, "utf8");
  for (const [tag, name] of Object.entries(LANGUAGES)) {
    expect(html).toContain(`<a href="?lang=${tag}" lang="${tag}" hreflang="${tag}">${name}</a>`);
  }
  expect(html).not.toContain(MIRRORED);
});
