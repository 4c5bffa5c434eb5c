import { nextOnScreen, obstacles, onScreen, screenStates } from "../../words/en/screen.ts";
import { wordsReady } from "../../words/words.ts";
import { byId } from "./element.ts";
import type { State } from "./status.ts";
import { findObstacle } from "./why-not.ts";

/** Lets Chromium start sound by itself, without which an analyser cannot hear the music. */
const AUTOPLAY = "--autoplay-policy=no-user-gesture-required";

/** How long a page connects before it says why it cannot, and between two looks at that, ms. */
const PATIENCE_MS = 6_000;

/**
 * Says what is the case, and what happens next or what to do.
 * @param lacking what this browser lacks that a screen needs
 */
export async function showState(state: State, lacking?: string): Promise<void> {
  await wordsReady();
  const { dataset } = document.documentElement;
  if (state !== dataset.state) return;
  const t = onScreen();
  document.title = t.title({ code: byId("code").textContent ?? "" });
  const isKiosk = state === "blocked" && "kiosk" in dataset;
  const is = isKiosk ? t.kioskBlocked : screenStates()[state];
  byId("is").textContent = lacking === undefined ? is : t.lacks({ feature: lacking });
  clearTimeout(explaining);
  if (state === "connecting" || state === "reconnecting") explainLater();
  byId("then").textContent = isKiosk ? t.kioskBlockedNext({ option: AUTOPLAY }) : nextOnScreen()[state];
}

let explaining: ReturnType<typeof setTimeout> | undefined;

/** Says after a while why this page does not connect, for as long as it does not. */
function explainLater(): void {
  const mine = setTimeout(async () => {
    const obstacle = await findObstacle();
    if (explaining !== mine) return;
    const link = document.createElement("a");
    link.href = `../check?wall=${byId("code").textContent}`;
    link.textContent = onScreen().whyDark;
    byId("then").textContent = `${obstacles()[obstacle]} `;
    byId("then").append(link);
    explainLater();
  }, PATIENCE_MS);
  explaining = mine;
}
