import fc from "fast-check";
import { expect, test } from "vitest";
import {
  CODE_ALPHABET,
  CODE_LENGTH,
  CODE_PATTERN,
  normaliseCode,
} from "../../../../server/protocol/format.ts";

test("codes are recognised in any case, with spaces and dashes", () => {
  const character = fc.constantFrom(...CODE_ALPHABET);
  const code = fc.string({ unit: character, minLength: CODE_LENGTH, maxLength: CODE_LENGTH });
  fc.assert(
    fc.property(code, fc.nat(CODE_LENGTH), fc.constantFrom(" ", "-", "", "\t"), (text, at, gap) => {
      expect(text).toMatch(CODE_PATTERN);
      expect(normaliseCode(text.slice(0, at).toLowerCase() + gap + text.slice(at))).toBe(text);
    }),
  );
});

test("codes do not contain characters that are easily confused", () => {
  expect(CODE_ALPHABET).not.toMatch(/[01258BILOSUVZ]/);
  expect(new Set(CODE_ALPHABET).size).toBe(CODE_ALPHABET.length);
});
