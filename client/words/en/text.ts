import { words } from "../words.ts";

/** The sheet above the bar in which the host types a text for all screens. */
export const textSheet = words("console/text", {
  title: "Text on all screens",
  where: "Where the text is",
  overWall: "One text over the wall",
  onEach: "On each screen",
  motion: "How the text moves",
  stands: "Stands still",
  runs: "Runs through",
});

/** Texts that hosts often need. They appear on the screens as they are here. */
export const textPresets = words("console/text-presets", {
  welcome: "Welcome",
  fiveMinutes: "Five minutes",
  thankYou: "Thank you",
  stayCalm: "Please stay calm",
});
