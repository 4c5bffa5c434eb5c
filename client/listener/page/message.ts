import type { Extent } from "#protocol/wall.ts";
import type { Part } from "../paint/part.ts";
import { byId } from "./element.ts";

/** The smallest text that the host's words have, px. */
const SIZE_MIN_PX = 20;
/** How much of the largest size that fits is used, for a margin. */
const SHARE = 0.93;
/** A place of the wall, in which a text over the wall is laid out: the same on every screen; px. */
const PLACE_PX = { width: 640, height: 360 };

/** Its margin, px. */
const PADDING_PX = 24;
/** How a text lies that is on this screen alone: as the style sheet says. */
const NO_STYLE = { padding: "", transformOrigin: "", width: "", height: "", transform: "" };

/** What of a screen's part decides how a text is shown. */
type Placed = Pick<Part, "hand" | "show" | "place">;

const message = byId("message");

let shown: Placed | undefined;
/** All that what is shown depends on. */
let key = "";
addEventListener("resize", () => shown && showText(shown));

/**
 * Shows the host's words as large as the screen allows, without breaking a word: they are read from across a
 * room. Words over the whole wall are laid out on every screen in the same way, and each shows its part of
 * them, stretched to its own shape as looks are.
 */
export function showText({ hand, show, place }: Placed): void {
  shown = { hand, show, place };
  const { text } = hand;
  const { screen, extent } = place;
  // What the host writes on one screen is on that screen.
  const isSpread = show.spreadText && text === show.hand.text;
  const style = isSpread ? partOf(screen, extent) : NO_STYLE;
  const now = JSON.stringify([text, style, innerWidth, innerHeight]);
  if (now === key) return;
  key = now;
  Object.assign(message.style, style);
  message.textContent = text;
  if (text !== "") enlarge();
}

/** The whole wall's box, of which the page shows what lies at its place. */
function partOf(screen: Extent, extent: Extent) {
  const { width, height } = PLACE_PX;
  const [x, y] = [(extent.x - screen.x) * width, (extent.y - screen.y) * height];
  const [across, down] = [innerWidth / (screen.width * width), innerHeight / (screen.height * height)];
  return {
    padding: `${PADDING_PX}px`,
    transformOrigin: "0 0",
    width: `${extent.width * width}px`,
    height: `${extent.height * height}px`,
    transform: `scale(${across}, ${down}) translate(${x}px, ${y}px)`,
  };
}

function fits(size: number): boolean {
  message.style.fontSize = `${size}px`;
  return message.scrollWidth <= message.clientWidth && message.scrollHeight <= message.clientHeight;
}

function enlarge(): void {
  message.classList.remove("long");
  let [small, large] = [SIZE_MIN_PX, Math.max(message.clientWidth, message.clientHeight)];
  while (large - small > 1) {
    const size = Math.floor((small + large) / 2);
    if (fits(size)) small = size;
    else large = size;
  }
  message.classList.toggle("long", !fits(small));
  message.style.fontSize = `${Math.max(SHARE * small, SIZE_MIN_PX)}px`;
}
