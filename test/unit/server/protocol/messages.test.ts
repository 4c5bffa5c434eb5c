import fc from "fast-check";
import { expect, test } from "vitest";
import { ERRORS } from "../../../../server/protocol/errors.ts";
import {
  CODE_ALPHABET,
  CODE_LENGTH,
  CODE_PATTERN,
  normaliseCode,
} from "../../../../server/protocol/format.ts";
import { decodeClientMessage } from "../../../../server/protocol/messages.ts";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";

test.each([
  { type: "hello", version: 1 },
  { type: "open-room" },
  { type: "join", code: "AAAAA" },
  { type: "join", code: "AAAAA", hostKey: "key" },
  { type: "join", code: "AAAAA", password: "sesame" },
  { type: "protect", password: "" },
  { type: "offer", sdp: "v=0" },
  { type: "stop" },
  { type: "close-room" },
  { type: "playback", playing: true, title: "Song" },
  { type: "set-delay", delayMs: 60 },
  { type: "set-delay", delayMs: null },
  { type: "flash-test" },
  { type: "report", clockErrorMs: 1, neededMs: 90, latenessMs: 0, precision: "exact" },
  { type: "join", code: "AAAAA", screen: "0b0f7c1e-6c0e" },
  { type: "set-show", show: FIRST_SHOW },
  { type: "arrange", screens: [] },
  { type: "remove-screen", id: "0b0f7c1e-6c0e" },
  { type: "identify" },
  { type: "ping", sent: 12.5 },
])("reads $type", (message) => {
  expect(decodeClientMessage(JSON.stringify(message))).toEqual({ ok: true, message });
});

test.each([
  ["", "not-json", undefined],
  ["{", "not-json", undefined],
  ["null", "message-invalid", undefined],
  ["[]", "message-invalid", undefined],
  ['{"type":"constructor"}', "message-invalid", undefined],
  ['{"type":"join"}', "message-invalid", "join"],
  ['{"type":"join","code":5}', "message-invalid", "join"],
  ['{"type":"set-show","show":{"safety":"maybe"}}', "message-invalid", "set-show"],
  ['{"type":"join","code":"AAAAA","screen":"../../etc"}', "message-invalid", "join"],
  ['{"type":"stop","extra":1}', "message-invalid", "stop"],
  ['{"type":"offer","sdp":""}', "message-invalid", "offer"],
  ['{"type":"set-delay","delayMs":59}', "message-invalid", "set-delay"],
  ['{"type":"set-delay","delayMs":2001}', "message-invalid", "set-delay"],
  [
    '{"type":"report","clockErrorMs":1,"neededMs":1e9,"latenessMs":0,"precision":"exact"}',
    "message-invalid",
    "report",
  ],
  ['{"type":"ping","sent":1e999}', "message-invalid", "ping"],
])("refuses %s as %s", (text, code, answers) => {
  expect(decodeClientMessage(text)).toEqual({ ok: false, code, ...(answers && { answers }) });
});

test("an offer larger than any browser's is refused", () => {
  const offer = (length: number) => JSON.stringify({ type: "offer", sdp: "a".repeat(length) });
  expect(decodeClientMessage(offer(12_288)).ok).toBe(true);
  expect(decodeClientMessage(offer(12_289))).toMatchObject({ ok: false, answers: "offer" });
});

test("decoding never throws, whatever comes", () => {
  const almost = fc.record(
    { type: fc.constantFrom("hello", "join", "offer", "playback", "ping"), version: fc.anything() },
    { requiredKeys: [] },
  );
  const texts = fc.oneof(fc.string(), fc.json(), fc.string({ unit: "binary" }), almost.map(stringify));
  fc.assert(
    fc.property(texts, (text) => {
      expect(decodeClientMessage(text).ok).toBeTypeOf("boolean");
    }),
    { numRuns: 1000 },
  );
});

function stringify(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === "bigint" ? String(part) : part)) ?? "";
}

test("codes are read however they are typed", () => {
  const character = fc.constantFrom(...CODE_ALPHABET);
  const code = fc.string({ unit: character, minLength: CODE_LENGTH, maxLength: CODE_LENGTH });
  fc.assert(
    fc.property(code, fc.nat(CODE_LENGTH), fc.constantFrom(" ", "-", "", "\t"), (text, at, gap) => {
      expect(text).toMatch(CODE_PATTERN);
      expect(normaliseCode(text.slice(0, at).toLowerCase() + gap + text.slice(at))).toBe(text);
    }),
  );
});

test("codes leave out the characters that are taken for others", () => {
  expect(CODE_ALPHABET).not.toMatch(/[01258BILOSUVZ]/);
  expect(new Set(CODE_ALPHABET).size).toBe(CODE_ALPHABET.length);
});

test("every error ends in a full stop, and closes with a code of its own if it closes", () => {
  const closing = Object.values(ERRORS).flatMap((error) => ("close" in error ? [error.close] : []));
  expect(new Set(closing).size).toBe(closing.length);
  for (const { message } of Object.values(ERRORS)) expect(message).toMatch(/^[A-Z].*\.$/);
});
