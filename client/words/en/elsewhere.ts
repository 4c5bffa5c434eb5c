import { params, words } from "../words.ts";

/** In place of the console: another page hosts the wall. One of the sentences `…Follows` is in `only…`. */
export const elsewhere = words("console/elsewhere", {
  title: params("Wall {code} is hosted from another page"),
  titleNow: params("Wall {code} is hosted from another page now"),
  onlyOne: params("Only one page at a time can host a wall. {whatFollows}"),
  onlyOneTryAgain: params(
    "Only one page at a time can host a wall. {whatFollows} If the other page is closed by now, try again.",
  ),
  liveSongFollows: "If you host it here, your song plays on from its place, live, and the other page stops.",
  liveFollows: "If you host it here, this page is live again, and the other page stops.",
  songFollows: "If you host it here, your song plays on from its place, and the other page stops.",
  darknessFollows: "If you host it here, the other page stops, and the screens are dark until you go live.",
  hostHere: "Host it here",
  tryAgain: "Try again",
  beScreen: params("Be a screen of {code}"),
});

/** In place of the console: there is no wall that this page could host. */
export const notHosted = words("console/not-hosted", {
  closed: params("Wall {code} is closed"),
  closedText: "Its screens are dark, and its code and link no longer work.",
  refused: params("Wall {code} cannot be hosted from here"),
  startNew: "Start a new wall",
  noKey: params("This browser does not hold the key of wall {code}"),
  noKeyText:
    "Only a browser with the wall's key can host it. The start page of the browser that has it can put the " +
    "keys into a file, and this browser's start page can read them from there.",
  start: "Start a wall",
});
