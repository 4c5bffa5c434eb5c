import { byId } from "./element.ts";
import type { State } from "./status.ts";

const root = document.documentElement;
/** Asked for at once: later the network may be down, or the page outdated. */
export const texts = import("./texts.ts").catch(() => undefined);

/**
 * Says what the page does. The style sheet shows what helps on in this state: a form, or a link.
 * @param what what is the case, if it is more exact than the state's own words
 */
export async function say(state: State, what?: string): Promise<void> {
  if (state === root.dataset.state) return;
  root.dataset.state = state;
  const loaded = await texts;
  // Without its texts the page keeps the last one, and its light.
  if (!loaded || state !== root.dataset.state) return;
  const isKiosk = state === "blocked" && "kiosk" in root.dataset;
  const [is, then] = isKiosk ? loaded.BLOCKED_KIOSK : loaded.WORDS[state];
  byId("is").textContent = what ?? is;
  byId("then").textContent = then;
}
