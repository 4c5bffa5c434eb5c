import { words } from "../words.ts";

/** What the HTML says of the page that checks a screen. */
export const checkPage = words("check/page", {
  description: "What this screen can do, and what keeps it dark.",
  title: "Check this screen",
  checking: "Checking this screen",
  aMoment: "This takes a few seconds.",
  copy: "Copy the report",
  again: "Check again",
  toStart: "To the start page",
});
