import { CODE_LENGTH, CODE_PATTERN, normaliseCode } from "./format.ts";

/** What is wrong with a code that a person typed: none, not as long as codes are, or of other letters. */
export type CodeProblem = "empty" | "length" | "letters";

/** A typed code in its normal form, or what is wrong with it. */
export type TypedCode = { code: string } | { problem: CodeProblem };

/** Reads a code that a person typed: in any case, with spaces or dashes, or as the link of a wall. */
export function readCode(typed: string): TypedCode {
  const code = normaliseCode(/\/w\/([^/?#]+)/.exec(typed)?.[1] ?? typed);
  if (CODE_PATTERN.test(code)) return { code };
  if (code === "") return { problem: "empty" };
  return { problem: code.length === CODE_LENGTH ? "letters" : "length" };
}
