import type { Extent } from "#protocol/wall.ts";
import type { Part } from "../paint/part.ts";
import { byId } from "./element.ts";

/** The smallest text that the host's words have, px. */
const SIZE_MIN_PX = 20;
/** How much of the largest size that fits is used, for a margin. */
const SHARE = 0.93;
/** A place of the wall, by which a text over the wall is laid out: the same on every screen; px. */
const PLACE_PX = { width: 640, height: 360 };

/** Its margin, px. */
const PADDING_PX = 24;
/** How a text lies that is on this screen alone: as the style sheet says. */
const NO_STYLE = { padding: "", right: "", transformOrigin: "", width: "", height: "", transform: "" };

/** How large a text that runs through is, relative to its box. */
const RUNNING = { ofHeight: 0.5, ofWidth: 0.4 };
/** How fast it runs: in its own sizes a second, but no letter may pass its box in less than this, s. */
const SPEED = { sizes: 3, leastS: 2.5 };
/** How wide a letter is about, in sizes: the same on all screens, whatever their fonts, to keep step. */
const LETTER = 0.6;

/** How far a text that runs may be from the wall clock, which at first is known roughly only, ms. */
const STEP_MS = 10;
/** How often that is looked at, ms. */
const STEP_EVERY_MS = 500;

/** What of a screen's part decides how a text is shown. */
type Placed = Pick<Part, "hand" | "show" | "place" | "wall">;

/** Where a text is laid out, px. */
interface Box {
  width: number;
  height: number;
}

const message = byId("message");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let shown: Placed | undefined;
/** All that what is shown depends on. */
let key = "";
/** The timer of a text that runs. */
let stepping: number | undefined;
addEventListener("resize", () => shown && showText(shown));

/**
 * Shows the host's words as large as the screen allows, without breaking a word: they are read from across a
 * room. Words over the whole wall are laid out once, over its width, and each screen shows its part of that
 * line, in the middle of its height: so no letter lies in a gap between rows, and none is drawn out on a
 * phone that stands upright. Words that run through do so by the wall clock.
 */
export function showText({ hand, show, place, wall }: Placed): void {
  shown = { hand, show, place, wall };
  const { text } = hand;
  const { screen, extent } = place;
  // What the host writes on one screen is on that screen, and stands.
  const isOfAll = text === show.hand.text;
  const isSpread = isOfAll && show.spreadText;
  const runs = isOfAll && show.scrollText && !calm.matches;
  const style = isSpread ? partOf(screen, extent) : NO_STYLE;
  const now = JSON.stringify([text, style, runs, innerWidth, innerHeight]);
  if (now === key) return;
  key = now;
  Object.assign(message.style, style);
  message.textContent = text;
  message.classList.toggle("runs", runs);
  clearInterval(stepping);
  if (text === "") return;
  if (runs) run(isSpread ? lineOf(extent) : { width: innerWidth, height: innerHeight }, wall);
  else enlarge(isSpread ? lineOf(extent) : undefined);
}

/** The box of a line over the whole wall: as high as one place. */
function lineOf({ width }: Extent): Box {
  return { width: width * PLACE_PX.width, height: PLACE_PX.height };
}

/** A box over the whole width of the wall, of which the page shows what lies at its place. */
function partOf(screen: Extent, extent: Extent) {
  const scale = innerWidth / (screen.width * PLACE_PX.width);
  return {
    padding: `${PADDING_PX}px`,
    // Otherwise it would begin at the right on a page that runs from right to left.
    right: "auto",
    transformOrigin: "0 0",
    width: `${lineOf(extent).width}px`,
    height: `${innerHeight / scale}px`,
    transform: `scale(${scale}) translateX(${(extent.x - screen.x) * PLACE_PX.width}px)`,
  };
}

/** Lets the text run through its box, in the direction of its script. */
function run({ width, height }: Box, wall: Placed["wall"]): void {
  const line = document.createElement("span");
  line.textContent = message.textContent;
  message.textContent = "";
  message.append(line);
  const size = Math.max(Math.min(RUNNING.ofHeight * height, RUNNING.ofWidth * width), SIZE_MIN_PX);
  message.style.fontSize = `${size}px`;
  const speed = Math.min(SPEED.sizes * size, width / SPEED.leastS);
  const letters = [...line.textContent!].length;
  const duration = (1_000 * (width + letters * LETTER * size)) / speed;
  const way = (width + line.offsetWidth) / 2;
  const ends = [`translateX(${way}px)`, `translateX(${-way}px)`];
  if (getComputedStyle(message).direction === "rtl") ends.reverse();
  const running = line.animate({ transform: ends }, { duration, iterations: Number.POSITIVE_INFINITY });
  function step(): void {
    // Before the clock is known, nothing tells where in the text the others are.
    const due = (wall() ?? performance.now()) % duration;
    const late = (Number(running.currentTime) % duration) - due;
    if (Math.abs(late) > STEP_MS) running.currentTime = due;
  }
  step();
  stepping = window.setInterval(step, STEP_EVERY_MS);
}

function fits(size: number): boolean {
  message.style.fontSize = `${size}px`;
  return message.scrollWidth <= message.clientWidth && message.scrollHeight <= message.clientHeight;
}

/** @param box what the text has to fit into, where that is another one than its element */
function enlarge(box?: Box): void {
  const { height } = message.style;
  if (box) message.style.height = `${box.height}px`;
  message.classList.remove("long");
  let [small, large] = [SIZE_MIN_PX, Math.max(message.clientWidth, message.clientHeight)];
  while (large - small > 1) {
    const size = Math.floor((small + large) / 2);
    if (fits(size)) small = size;
    else large = size;
  }
  message.classList.toggle("long", !fits(small));
  message.style.fontSize = `${Math.max(SHARE * small, SIZE_MIN_PX)}px`;
  message.style.height = height;
}
