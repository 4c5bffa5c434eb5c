import type { Hand, ScreenSeen, Show } from "#protocol/wall.ts";
import { handSteps, screenHandSteps, showSteps, steps } from "../../words/en/steps.ts";
import { screenName } from "../../words/screen-name.ts";

/** The names of the fields that differ. */
export function changedKeys<Value extends object>(before: Value, after: Partial<Value>): (keyof Value)[] {
  return (Object.keys(after) as (keyof Value)[]).filter((key) => {
    return JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  });
}

/** What a change of the show is called: “blackout”, “look”, and “scene” if it is several things at once. */
export function showLabel(before: Show, after: Partial<Show>): string {
  const [first, ...more] = changedKeys(before, after);
  if (first === undefined) return "";
  if (more.length > 0) return steps().scene;
  if (first !== "hand") return showSteps()[first];
  return handsLabel(before.hand, after.hand!);
}

/** What a change of the stencil is called. */
export function stencilLabel(): string {
  return showSteps().stencil;
}

/** What a change of screens is called: “name of Stage”, “places” if there are several. */
export function screensLabel(before: readonly ScreenSeen[], after: readonly ScreenSeen[]): string {
  const t = steps();
  // Of several screens some may stay as they were.
  const at = after.findIndex((screen, n) => changedKeys(before[n]!, screen).length > 0);
  const [was, is] = [before[Math.max(at, 0)]!, after[Math.max(at, 0)]!];
  const keys = changedKeys(was, is);
  const screen = screenName(is);
  const isByHand = keys.length === 1 && keys[0] === "hand";
  if (after.length > 1 && isByHand) return handsLabel(was.hand, is.hand);
  if (after.length > 2) return t.places;
  if (keys.includes("x") || keys.includes("y")) return t.placeOf({ screen });
  if (keys.includes("width") || keys.includes("height")) return t.sizeOf({ screen });
  if (keys.includes("hand")) return handLabel(was.hand, is.hand, screen);
  if (keys.includes("wholePicture")) return t.pictureOf({ screen });
  if (keys.includes("locked")) return is.locked ? t.switchingOff({ screen }) : t.switchingOn({ screen });
  return keys.includes("band") ? t.bandOf({ screen }) : t.nameOf({ screen });
}

/** What a change by hand of one screen is called: “blackout of Stage”. */
function handLabel(before: Hand, after: Hand, screen: string): string {
  const [key] = changedKeys(before, after);
  return key ? screenHandSteps()[key]({ screen }) : steps().byHandOf({ screen });
}

/** What a change by hand of several screens is called: “text”. */
function handsLabel(before: Hand, after: Hand): string {
  const [key] = changedKeys(before, after);
  return key ? handSteps()[key] : steps().byHand;
}

/** What the removal of screens is called. */
export function removingLabel(removed: readonly ScreenSeen[]): string {
  const t = steps();
  return removed.length === 1
    ? t.removing({ screen: screenName(removed[0]!) })
    : t.removingMany(removed.length);
}
