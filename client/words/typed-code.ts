import { CODE_LENGTH } from "#protocol/format.ts";
import type { CodeProblem } from "#protocol/typed-code.ts";
import { codeProblems } from "./en/code.ts";

/** Says what is wrong with a code that a person typed. */
export function codeProblemText(problem: CodeProblem): string {
  return problem === "length" ? codeProblems().length({ length: CODE_LENGTH }) : codeProblems()[problem];
}
