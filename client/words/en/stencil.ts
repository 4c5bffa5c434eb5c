import { words } from "../words.ts";

/** The choice of words or a picture through which the light shines. */
export const stencilPanel = words("console/stencil", {
  words: "Words that light up",
  show: "Show",
  picture: "A picture",
  star: "Star",
  typeFirst: "Type a word first.",
  unreachable: "The server cannot be reached. Try again in a moment.",
});

/** Why a picture cannot be one through which the light shines. */
export const pictureProblems = words("console/picture-problems", {
  tooLarge: "This picture is larger than 4 MB. Choose a smaller one.",
  unreadable: "This file is no picture that the browser can read. Choose an SVG, PNG or JPEG.",
  tooManyPixels: "This picture has too many pixels. Choose one with at most 50 million.",
  tooNarrow: "This picture is too long and narrow. Choose one that is nearer to a square.",
  nothing: "Nothing stands out in this picture. Choose one with a clear shape.",
  undrawable: "The browser cannot draw this picture. Choose another one.",
});
