import { CODE_LENGTH, CODE_PATTERN, normaliseCode } from "#protocol/format.ts";

/** What came of a typed code: its one true form, or words that say what is wrong with it. */
export type TypedCode = { code: string } | { problem: string };

/** Reads a code as a person types it: any case, with spaces or dashes, or as a whole link to a wall. */
export function readCode(typed: string): TypedCode {
  const code = normaliseCode(/\/w\/([^/?#]+)/.exec(typed)?.[1] ?? typed);
  if (CODE_PATTERN.test(code)) return { code };
  if (code === "") return { problem: "Type the code that the host shows." };
  if (code.length !== CODE_LENGTH) return { problem: `A code has ${CODE_LENGTH} characters.` };
  return { problem: "No wall has such a code. Look at it again: some letters and digits are never used." };
}
