import { CODE_PATTERN, normaliseCode } from "#protocol/format.ts";
import { byId } from "./element.ts";

/** Lets the person go to another wall, or give the wall's password. Loaded when a form is to be shown. */
export function attachForms(onPassword: (password: string) => void): void {
  byId("another").addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = normaliseCode(byId<HTMLInputElement>("another-code").value);
    if (CODE_PATTERN.test(typed)) location.assign(`/w/${typed}`);
    else byId("another-hint").textContent = "A code has five letters or digits.";
  });
  byId("password").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = byId<HTMLInputElement>("password-text");
    onPassword(field.value);
    // A wrong one would have to be deleted before the next attempt.
    field.value = "";
  });
}
