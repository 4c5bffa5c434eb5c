import { byId } from "./element.ts";
import { type State, WORDS } from "./status.ts";

const root = document.documentElement;

/**
 * What a kiosk shows whose browser does not start sound by itself, without which it cannot analyse the music.
 */
const BLOCKED = [
  "This browser waits for a tap",
  "Tap it, or start the browser with --autoplay-policy=no-user-gesture-required.",
] as const;

/**
 * Says what the page does, and offers to load it anew where that helps.
 * @param what what is the case, if it is more exact than the state's own words
 */
export function say(state: State, what?: string): void {
  if (state === root.dataset.state) return;
  root.dataset.state = state;
  const [is, then] = state === "blocked" && "kiosk" in root.dataset ? BLOCKED : WORDS[state];
  byId("is").textContent = what ?? is;
  byId("then").textContent = then;
  byId("words").hidden = !is;
  byId("reload").hidden = state !== "outdated";
}
