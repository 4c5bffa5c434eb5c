import { words } from "../words.ts";

/** What the start page's HTML says. */
export const startPage = words("start/page", {
  description: "Every screen in the room becomes one light.",
  promise: "Play a song here, and every screen in the room becomes its light.",
  startOrJoin: "Start or join",
  startWall: "Start a wall",
  joinByCode: "or join one by its code",
  join: "Join",
  yourWalls: "Your walls",
  otherComputer: "Your walls on another computer",
  aboutKeys:
    "The keys of your walls are in this browser only. A file takes them to another one: save it here, add " +
    "it there. Whoever has the file can host these walls.",
  saveKeys: "Save the keys as a file",
  addKeys: "Add walls from a file",
  inLanguage: "Language",
  check: "Check this screen",
});
