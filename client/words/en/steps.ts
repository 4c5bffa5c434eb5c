import type { Hand, Show } from "#protocol/wall.ts";
import { count, params, words } from "../words.ts";

/** What can be undone and redone, at the end of “Undo …” and “Redo …”. */
export const steps = words("console/steps", {
  scene: "scene",
  byHand: "light by hand",
  byHandOf: params("light by hand of {screen}"),
  places: "places",
  placeOf: params("place of {screen}"),
  sizeOf: params("size of {screen}"),
  nameOf: params("name of {screen}"),
  bandOf: params("band of {screen}"),
  pictureOf: params("picture of {screen}"),
  switchingOff: params("switching off {screen}"),
  switchingOn: params("switching on {screen}"),
  removing: params("removing {screen}"),
  removingMany: count({ one: "removing {count} screen", other: "removing {count} screens" }),
});

/** What a change of each setting of the show is called, as those in `steps`. */
export const showSteps = words("console/show-steps", {
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
  spreadText: "text",
  scrollText: "text",
  sparks: "sparks",
  picture: "picture",
} satisfies Record<Exclude<keyof Show, "hand">, string>);

/** What a change by hand of all screens is called, as those in `steps`. */
export const handSteps = words("console/hand-steps", {
  blackout: "blackout",
  freeze: "freeze",
  brightness: "brightness",
  text: "text",
} satisfies Record<keyof Hand, string>);

/** What a change by hand of one screen is called, as those in `steps`. */
export const screenHandSteps = words("console/screen-hand-steps", {
  blackout: params("blackout of {screen}"),
  freeze: params("freeze of {screen}"),
  brightness: params("brightness of {screen}"),
  text: params("text of {screen}"),
} satisfies Record<keyof Hand, unknown>);
