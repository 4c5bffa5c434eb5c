import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { decodeClientMessage } from "../../../../server/protocol/messages.ts";
import { cutText, plainText } from "../../../../server/protocol/text.ts";
import { NO_HAND } from "../../../../server/protocol/wall.ts";

test.each([
  ["Left of the door", "Left of the door"],
  ["\u202eecneirefnoc\u202c", "ecneirefnoc"],
  ["\u2066Bar\u2069\u200f\u061c", "Bar"],
  ["a\u0000b\nc\u0085d\u2028e", "abcde"],
  [
    `Z${"\u0301".repeat(39)}algo`,
    `Z\u0301algo`.normalize("NFC").replace("\u0179", "\u0179\u0301\u0301\u0301\u0301"),
  ],
  ["Cafe\u0301", "Caf\u00e9"],
  ["half \ud83d a smile", "half  a smile"],
  ["👩‍👩‍👧 1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👩‍👩‍👧 1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿"],
  ["שָׁלוֹם", "שָׁלוֹם".normalize("NFC")],
  ["مرحبا ไม้โทที่นี่ हिन्दी Việt", "مرحبا ไม้โทที่นี่ हिन्दी Việt"],
  ["می‌خواهم", "می‌خواهم"],
])("%j is shown as %j", (text, shown) => {
  expect(plainText(text)).toBe(shown);
});

test("plain text does not change when it is converted again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const plain = plainText(text);
      expect(plainText(plain)).toBe(plain);
      expect(plain).toBe(plain.normalize("NFC"));
      expect(plain).not.toMatch(/[\p{Cc}\u202e]|\p{M}{5}/u);
    }),
  );
});

const ODD = `A\u202eB\u0000${"\u0301".repeat(9)}`;
const PLAIN = "AB\u0301\u0301\u0301\u0301";
const arranged = { id: "browser-1", x: 0, y: 0, width: 1, height: 1, band: null, locked: false };

test.each([
  [{ type: "join", code: "AAAAA", name: ODD }, { name: PLAIN }],
  [{ type: "playback", playing: true, title: ODD }, { title: PLAIN }],
  [
    { type: "arrange", screens: [{ ...arranged, name: ODD, hand: { ...NO_HAND, text: ODD } }] },
    { screens: [{ ...arranged, name: PLAIN, hand: { ...NO_HAND, text: PLAIN } }] },
  ],
])("names, titles and texts are decoded as plain text: %j", (message, expected) => {
  expect(decodeClientMessage(JSON.stringify(message))).toEqual({
    ok: true,
    message: { ...message, ...expected },
  });
});

test("a name that becomes short enough is accepted, and one that becomes too long is cut", () => {
  const named = (name: string) => decodeClientMessage(JSON.stringify({ type: "join", code: "AAAAA", name }));
  expect(named("e\u0301".repeat(40))).toMatchObject({ ok: true, message: { name: "é".repeat(40) } });
  expect(named("e\u0301".repeat(41))).toMatchObject({ ok: true, message: { name: "é".repeat(40) } });
  expect(named("👩‍👩‍👧".repeat(9))).toMatchObject({ ok: true, message: { name: "👩‍👩‍👧".repeat(5) } });
  // This character becomes two in NFC.
  expect(named("\ufb2a".repeat(39))).toMatchObject({
    ok: true,
    message: { name: "\u05e9\u05c1".repeat(20) },
  });
  expect(named(`${"\ufb2a".repeat(19)}a🎵`)).toMatchObject({
    ok: true,
    message: { name: `${"\u05e9\u05c1".repeat(19)}a` },
  });
});

test("a title that is too long is refused: pages cut it", () => {
  const entitled = (title: string) =>
    decodeClientMessage(JSON.stringify({ type: "playback", playing: true, title }));
  expect(entitled("a".repeat(200))).toMatchObject({ ok: true });
  expect(entitled("a".repeat(201))).toMatchObject({ ok: false, code: "message-invalid" });
});

describe.each(["with", "without"])("a text that is cut %s Intl.Segmenter", (way) => {
  const cut = (text: string, max: number) => {
    if (way === "with") return cutText(text, max);
    const { Segmenter: _, ...without } = Object.getOwnPropertyDescriptors(Intl);
    vi.stubGlobal("Intl", Object.defineProperties({}, without));
    try {
      return cutText(text, max);
    } finally {
      vi.unstubAllGlobals();
    }
  };

  test.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "abc"],
    ["ab🎵", 3, "ab"],
    ["ab🎵", 4, "ab🎵"],
    ["ab👩‍👩‍👧", 9, "ab"],
    ["ab👩‍👩‍👧", 10, "ab👩‍👩‍👧"],
    ["👍🏽👍🏽", 7, "👍🏽"],
    ["🇩🇪🇫🇷", 6, "🇩🇪"],
    ["🇩🇪\u200d", 4, ""],
    ["🇩🇪🇫🇷", 8, "🇩🇪🇫🇷"],
    ["1️⃣2️⃣", 5, "1️⃣"],
    ["🏴󠁧󠁢󠁳󠁣󠁴󠁿!", 14, "🏴󠁧󠁢󠁳󠁣󠁴󠁿"],
    ["🏴󠁧󠁢󠁳󠁣󠁴󠁿!", 13, ""],
    ["हिन्दी", 2, "हि"],
    ["สวัสดี", 3, "สวั"],
    ["ที่นี่", 5, "ที่"],
    ["مَرحبا bar", 7, "مَرحبا "],
    ["مَرحبا bar", 1, ""],
    ["", 3, ""],
  ])("%j is at most %i units long as %j", (text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  test("is a start of the text, within the limit, and well-formed", () => {
    const pieces = ["a", " ", "🎵", "👩‍👩‍👧", "🇩🇪", "👍🏽", "न्दी", "ที่", "مَ", "\u0301", "\u200d"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces)), fc.nat(60), (parts, max) => {
        const text = parts.join("");
        const start = cut(text, max);
        expect(text.startsWith(start)).toBe(true);
        expect(start.length).toBeLessThanOrEqual(max);
        expect(start.isWellFormed()).toBe(true);
        // What is cut off does not belong to the last character.
        if (start !== "") expect(text.slice(start.length)).not.toMatch(/^[\p{M}\u200d]/u);
        expect(cut(start, max)).toBe(start);
      }),
    );
  });
});

test("conjuncts stay whole", () => {
  expect(cutText("क्षत्रिय", 2)).toBe("");
  expect(cutText("क्षत्रिय", 3)).toBe("क्ष");
});
