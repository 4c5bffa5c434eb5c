import { words } from "../words.ts";

/** The sheet above the bar in which the host types a text for all screens. */
export const textSheet = words("console/text", {
  title: "Text on screens",
  where: "Where the text is",
  overWall: "One text over the wall",
  onEach: "On each screen",
  motion: "How the text moves",
  stands: "Stands still",
  runs: "Runs through",
  to: "Which screens show it",
  toAll: "All screens",
  toSome: "Chosen screens",
  chooseScreens: "Screens that show it",
  noScreens: "No screen is there yet.",
});

/** Texts that hosts often need. They appear on the screens as they are here. */
export const textPresets = words("console/text-presets", {
  welcome: "Welcome",
  fiveMinutes: "Five minutes",
  thankYou: "Thank you",
  stayCalm: "Please stay calm",
});
