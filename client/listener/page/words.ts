import type { State } from "./status.ts";

const root = document.documentElement;
/** Asked for at once: later the network may be down, or the page outdated. */
export const texts = import("./texts.ts").catch(() => undefined);

/**
 * Says what the page does. The style sheet shows what helps on in this state: a form, or a link. Without its
 * texts the page keeps the last one, and its light.
 * @param lacking what this browser lacks that a screen needs
 */
export async function say(state: State, lacking?: string): Promise<void> {
  if (state === root.dataset.state) return;
  root.dataset.state = state;
  await (await texts)?.showState(state, lacking);
}
