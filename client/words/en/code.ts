import { params, words } from "../words.ts";

/** What is wrong with a wall's code that a person typed. */
export const codeProblems = words("shared/code", {
  empty: "Type the code that the host shows.",
  length: params("A code has {length} characters. Check it, or ask the host."),
  letters: "No wall has this code. Check it: some letters and digits are never used.",
});
