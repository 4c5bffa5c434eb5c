import { count, params, words } from "../words.ts";

/** The wall in the console: its tiles, what stands below them, and what is shown while it has no screens. */
export const wallView = words("console/wall", {
  wall: "The wall",
  screens: "Screens. Arrow keys go to the next one; with Shift they move the screen.",
  tidyUp: "Tidy up",
  tidyUpMeaning: "Lays the screens that are there out as a full rectangle",
  placeFreely: "Place screens freely",
  size: "Size of the wall on this page",
  smaller: "Smaller",
  larger: "Larger",
  empty: "What eight screens would show",
  noScreens: "No screens yet.",
  eightScreens: "No screens yet. Eight would look like this.",
});

/** The switch between the two views of the wall, and the view in three dimensions. */
export const wallViews = words("console/views", {
  views: "View of the wall",
  flat: "Flat",
  preview: "Preview",
  previewKeys:
    "Preview of the wall. Arrow keys turn it, Page Up and Page Down zoom in and out, Home resets the view.",
});

/** What a tile says of its screen, beside its name and its band. */
export const tileFacts = words("console/tile", {
  away: "away",
  switchedOff: "switched off",
  bandSwitchedOff: params("{band}, switched off"),
});

/** The field that finds a screen of a large wall. */
export const screenSearch = words("console/find", {
  find: "Find a screen",
  byNumberOrName: "Find a screen by number or name",
  matches: "Screens found",
  away: params("{screen}, away"),
  none: "No screen has this number or name.",
  more: count({ one: "and {count} more", other: "and {count} more" }),
});

/** The list of screens that are away. */
export const awayTray = words("console/tray", {
  screens: "Screens that are away",
  away: "Away",
  removeScreen: params("Remove {screen}"),
  remove: "Remove",
  removeAll: "Remove all",
  more: count({ one: "and {count} more", other: "and {count} more" }),
});
