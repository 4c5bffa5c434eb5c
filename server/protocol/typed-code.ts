import { CODE_LENGTH, CODE_PATTERN, normaliseCode } from "./format.ts";

/** A typed code in its normal form, or a text that says what is wrong with it. */
export type TypedCode = { code: string } | { problem: string };

/** Reads a code that a person typed: in any case, with spaces or dashes, or as the link of a wall. */
export function readCode(typed: string): TypedCode {
  const code = normaliseCode(/\/w\/([^/?#]+)/.exec(typed)?.[1] ?? typed);
  if (CODE_PATTERN.test(code)) return { code };
  if (code === "") return { problem: "Type the code that the host shows." };
  if (code.length !== CODE_LENGTH)
    return { problem: `A code has ${CODE_LENGTH} characters. Check it, or ask the host.` };
  return { problem: "No wall has this code. Check it: some letters and digits are never used." };
}
