import { params, words } from "../words.ts";

/** The console as a whole: its title, its tabs, and what it says while a file is dragged over it. */
export const consolePage = words("console/page", {
  title: params("{wall} · Lightwall"),
  heading: params("Wall {wall}"),
  drop: "Drop songs to add them",
  settings: "Settings",
  songs: "Songs",
  scenes: "Scenes",
  light: "Light",
  room: "Room",
});

/** Buttons that copy a text: what they say, and what became of it. */
export const copying = words("console/copying", {
  copy: "Copy",
  copied: "Copied",
  selectToCopy: "Select it to copy",
});
