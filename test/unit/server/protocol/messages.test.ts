import fc from "fast-check";
import { expect, test } from "vitest";
import { ERRORS } from "../../../../server/protocol/errors.ts";
import { decodeClientMessage } from "../../../../server/protocol/messages.ts";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";

const REPORT = {
  type: "report",
  clockErrorMs: 1,
  neededMs: 90,
  latenessMs: 0,
  precision: "exact",
  inStep: true,
} as const;

test.each([
  { type: "hello", version: 2 },
  { type: "open-room" },
  { type: "join", code: "AAAAA" },
  { type: "join", code: "AAAAA", hostKey: "key" },
  { type: "join", code: "AAAAA", password: "sesame" },
  { type: "join", code: "AAAAA", hostKey: "key", page: "5f0c2a9be1d84c77", takeOver: true },
  { type: "protect", password: "" },
  { type: "offer", sdp: "v=0" },
  { type: "stop" },
  { type: "close-room" },
  { type: "playback", playing: true, title: "Song" },
  { type: "set-delay", delayMs: 60 },
  { type: "set-delay", delayMs: null },
  { type: "flash-test" },
  REPORT,
  { ...REPORT, relayed: true, paintRate: 30 },
  { ...REPORT, relayed: false, paintRate: 1_000 },
  { type: "join", code: "AAAAA", screen: "0b0f7c1e-6c0e" },
  { type: "set-show", show: FIRST_SHOW },
  { type: "arrange", screens: [] },
  { type: "remove-screen", id: "0b0f7c1e-6c0e" },
  { type: "identify" },
  { type: "ping", sent: 12.5 },
])("decodes $type", (message) => {
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
  [`{"type":"join","code":"AAAAA","page":"${"p".repeat(65)}"}`, "message-invalid", "join"],
  ['{"type":"stop","extra":1}', "message-invalid", "stop"],
  ['{"type":"offer","sdp":""}', "message-invalid", "offer"],
  ['{"type":"set-delay","delayMs":59}', "message-invalid", "set-delay"],
  ['{"type":"set-delay","delayMs":2001}', "message-invalid", "set-delay"],
  [
    '{"type":"report","clockErrorMs":1,"neededMs":1e9,"latenessMs":0,"precision":"exact","inStep":true}',
    "message-invalid",
    "report",
  ],
  [JSON.stringify({ ...REPORT, relayed: "yes" }), "message-invalid", "report"],
  [JSON.stringify({ ...REPORT, paintRate: -1 }), "message-invalid", "report"],
  [JSON.stringify({ ...REPORT, paintRate: 1_001 }), "message-invalid", "report"],
  ['{"type":"ping","sent":1e999}', "message-invalid", "ping"],
])("refuses %s as %s", (text, code, answers) => {
  expect(decodeClientMessage(text)).toEqual({ ok: false, code, ...(answers && { answers }) });
});

test("an offer larger than any browser's is refused", () => {
  const offer = (length: number) => JSON.stringify({ type: "offer", sdp: "a".repeat(length) });
  expect(decodeClientMessage(offer(20_480)).ok).toBe(true);
  expect(decodeClientMessage(offer(20_481))).toMatchObject({ ok: false, answers: "offer" });
});

test("decoding never throws for any input", () => {
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

test("every error text is a sentence, and every close code is unique", () => {
  const closing = Object.values(ERRORS).flatMap((error) => ("close" in error ? [error.close] : []));
  expect(new Set(closing).size).toBe(closing.length);
  for (const { message } of Object.values(ERRORS)) expect(message).toMatch(/^[A-Z].*\.$/);
});
