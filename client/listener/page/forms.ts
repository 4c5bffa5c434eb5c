import { readCode } from "#protocol/typed-code.ts";
import { codeProblemText } from "../../words/typed-code.ts";
import { byId } from "./element.ts";

/** Lets the person go to another wall, or give the wall's password. Is called once. */
export function attachForms(onPassword: (password: string) => void): void {
  const code = byId<HTMLInputElement>("another-code");
  const hint = byId("another-hint");
  byId("another").addEventListener("submit", (event) => {
    event.preventDefault();
    const read = readCode(code.value);
    if ("code" in read) {
      location.assign(read.code);
      return;
    }
    hint.textContent = codeProblemText(read.problem);
    code.setAttribute("aria-invalid", "true");
    code.focus();
  });
  code.addEventListener("input", () => {
    hint.textContent = "";
    code.removeAttribute("aria-invalid");
  });
  byId("password").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = byId<HTMLInputElement>("password-text");
    onPassword(field.value);
    // A wrong one would have to be deleted before the next attempt.
    field.value = "";
  });
}
