import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ERRORS } from "../../../server/protocol/errors.ts";
import { decodeClientMessage } from "../../../server/protocol/messages.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const doc = read("docs/protocol.md");
const [, fromPage = "", fromServer = ""] = doc.split(/^## From .*$/m);

/** The headings of a part of the document, and its examples. */
function typesIn(part: string): { headings: string[]; examples: { type: string }[] } {
  return {
    headings: [...part.matchAll(/^### (.+)$/gm)].map(([, name = ""]) => name),
    examples: [...part.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json = ""]) => JSON.parse(json)),
  };
}

/** The `type` of every message in messages.ts that matches a pattern. */
function typesInCode(pattern: RegExp): string[] {
  return [...read("server/protocol/messages.ts").matchAll(pattern)].map(([, name = ""]) => name).sort();
}

test("the document describes every message of a page, with examples that the server accepts", () => {
  const { headings, examples } = typesIn(fromPage);
  expect(headings.toSorted()).toEqual(typesInCode(/type: v\.literal\("([^"]+)"\)/g));
  expect(new Set(examples.map(({ type }) => type))).toEqual(new Set(headings));
  for (const example of examples) {
    expect(decodeClientMessage(JSON.stringify(example))).toEqual({ ok: true, message: example });
  }
});

test("the document describes every message of the server, with an example", () => {
  const { headings, examples } = typesIn(fromServer);
  expect(headings.toSorted()).toEqual(typesInCode(/^ {2}\| \{\s+type: "([^"]+)"/gm));
  expect(examples.map(({ type }) => type)).toEqual(headings);
});

test("the document lists every error with its close code, and no other", () => {
  const rows = [...doc.matchAll(/^\| `([a-z-]+)` \| (\d*) \| .+ \|$/gm)].map(([, code, close]) => [
    code,
    close,
  ]);
  const expected = Object.entries(ERRORS).map(([code, error]) => [
    code,
    "close" in error ? String(error.close) : "",
  ]);
  expect(rows).toEqual(expected);
});
