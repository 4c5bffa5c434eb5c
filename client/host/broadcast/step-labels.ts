import type { Hand, ScreenSeen, Show } from "#protocol/wall.ts";

/** What a change of each setting of the show is called. */
const SHOW_LABELS: Record<keyof Show, string> = {
  safety: "flash safety",
  rule: "bands",
  ownBands: "who chooses bands",
  palette: "colours",
  colours: "colours",
  mode: "look",
  pattern: "pattern",
  origin: "where ripples start",
  stencil: "words or logo",
  weighting: "high notes",
  gainDb: "gain",
  energy: "energy",
  hand: "",
  spreadText: "text",
};

const HAND_LABELS: Record<keyof Hand, string> = {
  blackout: "blackout",
  freeze: "freeze",
  brightness: "brightness",
  text: "text",
};

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
  if (more.length > 0) return "scene";
  return first === "hand" ? handLabel(before.hand, after.hand!) : SHOW_LABELS[first];
}

/** What a change of screens is called: “name of Stage”, “places” if there are several. */
export function screensLabel(before: readonly ScreenSeen[], after: readonly ScreenSeen[]): string {
  const [was, is] = [before[0]!, after[0]!];
  const keys = changedKeys(was, is);
  const of = ` of ${is.name}`;
  if (after.length > 2) return "places";
  if (keys.includes("x") || keys.includes("y")) return `place${of}`;
  if (keys.includes("width") || keys.includes("height")) return `size${of}`;
  if (keys.includes("hand")) return handLabel(was.hand, is.hand) + of;
  if (keys.includes("locked")) return `${is.locked ? "switching off" : "switching on"} ${is.name}`;
  return `${keys[0] ?? "name"}${of}`;
}

function handLabel(before: Hand, after: Hand): string {
  const [key] = changedKeys(before, after);
  return key ? HAND_LABELS[key] : "light by hand";
}
