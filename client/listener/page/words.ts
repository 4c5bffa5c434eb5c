import { CODE_PATTERN, normaliseCode } from "#protocol/format.ts";
import { byId } from "./element.ts";
import { BLOCKED } from "./kiosk.ts";
import { type State, WORDS } from "./status.ts";

const root = document.documentElement;

/** Says what the page does, and shows the form that helps on, if one does. */
export function say(state: State): void {
  if (state === root.dataset.state) return;
  root.dataset.state = state;
  const [is, then] = state === "blocked" && "kiosk" in root.dataset ? BLOCKED : WORDS[state];
  byId("is").textContent = is;
  byId("then").textContent = then;
  byId("words").hidden = !is;
  byId("another").hidden = state !== "unknown";
  byId("password").hidden = state !== "password" && state !== "wrong-password";
  byId("reload").hidden = state !== "outdated";
}

/** Lets the person go to another wall, load the page anew, or give the wall's password. */
export function offerForms(onPassword: (password: string) => void): void {
  byId("another").addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = normaliseCode(byId<HTMLInputElement>("another-code").value);
    if (CODE_PATTERN.test(typed)) location.assign(`/w/${typed}`);
    else byId("another-hint").textContent = "A code has five letters or digits.";
  });
  byId("reload").addEventListener("click", () => location.reload());
  byId("password").addEventListener("submit", (event) => {
    event.preventDefault();
    onPassword(byId<HTMLInputElement>("password-text").value);
  });
}
