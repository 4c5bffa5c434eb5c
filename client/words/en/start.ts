import { count, params, words } from "../words.ts";

/** What the start page says while it starts a wall. */
export const starting = words("start/starting", {
  starting: "Starting a wall…",
  outdated: "This page is out of date. Reload it, then start a wall.",
  offline: "The server does not answer. This page keeps trying.",
  noStorage: "This browser does not let the page keep the wall's key. Allow site data, then try again.",
});

/** The list of the walls of this browser. */
export const wallList = words("start/walls", {
  onlyLast: "Only the last ones",
  all: count({ one: "All my walls ({count})", other: "All my walls ({count})" }),
  remove: params("Remove {wall} from this list"),
  removed: params("Removed, with its key: {wall}"),
  undo: "Undo",
  undoRemoval: params("Undo: keep {wall}"),
});

/** The keys of walls as a file. */
export const keyWords = words("start/keys", {
  saved: count({
    one: "Saved the key of 1 wall. Whoever has the file can host it.",
    other: "Saved the keys of {count} walls. Whoever has the file can host them.",
  }),
  tooLarge: "This file is too large for a file of wall keys.",
  unreadable: "This browser cannot read the file, or does not let the page keep keys.",
  otherFile: "This is not a file of wall keys. Choose one that was saved on this page.",
  otherVersion: "Another version of Lightwall has saved this file. Open it there.",
  noKey: "There is no key of a wall in this file.",
  added: count({ one: "1 wall added.", other: "{count} walls added." }),
  updated: count({ one: "1 wall updated.", other: "{count} walls updated." }),
  refused: params(
    count({
      one: "1 wall left out: a browser keeps the keys of {most}.",
      other: "{count} walls left out: a browser keeps the keys of {most}.",
    }),
  ),
  nothingNew: "Nothing new: the walls of this file are here already.",
});
