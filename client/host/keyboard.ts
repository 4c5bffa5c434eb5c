import type { Signal } from "@preact/signals";
import type { Hand } from "#protocol/wall.ts";
import { type Parts, PRESSES, recallScene, setHand } from "./actions.ts";
import type { Song } from "./song/song.ts";
import { loadSettings } from "./ui/settings.ts";

/** What keys act on. */
interface KeyParts extends Parts {
  /** The id of the selected screen. */
  selected: Signal<string | undefined>;
}

/** How far an arrow key moves in the song. */
const SEEK_S = 5;
/** Change of the volume, which is 0..1. */
const VOLUME_STEP = 0.05;
/** Change of the brightness, which is 0..1. */
const BRIGHTNESS_STEP = 0.1;

/** What takes letters and digits itself: a field to type in, whatever its type, or a list. */
const TYPED = "dialog, select, textarea, input:not([type=range], [type=checkbox], [type=radio], [type=file])";

/** Handles a key press on the page. A focused control keeps the keys that it uses itself. */
export function handleKey(event: KeyboardEvent, parts: KeyParts): void {
  const target = event.target as Element;
  if (target.closest(TYPED)) return;
  if (event.ctrlKey || event.metaKey) {
    undoOrRedo(event, parts);
    return;
  }
  const isLetter = event.key.length === 1 && event.key !== " ";
  if (event.altKey || (isLetter && !loadSettings().letterKeys)) return;
  const usedByControl = target.closest("input") ? /^(Arrow.*|Page.*|Home|End)$/ : /^( |Enter)$/;
  if (target.closest("input, button, a") && usedByControl.test(event.key)) return;
  const action = ACTIONS[event.key.toLowerCase()] ?? sceneAction(event.key);
  if (!action) return;
  // Escape also closes what the browser has opened.
  if (event.key !== "Escape") event.preventDefault();
  action(parts);
}

/** Ctrl Z undoes; Ctrl Shift Z and Ctrl Y redo. On a Mac it is the Command key. */
function undoOrRedo(event: KeyboardEvent, parts: Parts): void {
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  if (key === "y" || event.shiftKey) PRESSES.redo(parts);
  else PRESSES.undo(parts);
}

/** Recalls a scene by its number: 1 to 9 are the first ones, and 0 is the tenth. */
function sceneAction(key: string): ((parts: Parts) => void) | undefined {
  if (!/^\d$/.test(key)) return;
  return (parts) => recallScene(parts, (Number(key) + 9) % 10);
}

const ACTIONS: Readonly<Record<string, (parts: KeyParts) => void>> = {
  " ": PRESSES.play,
  arrowleft: ({ song }) => song.seek(song.time.value - SEEK_S),
  arrowright: ({ song }) => song.seek(song.time.value + SEEK_S),
  arrowup: ({ song }) => changeVolume(song, VOLUME_STEP),
  arrowdown: ({ song }) => changeVolume(song, -VOLUME_STEP),
  ",": PRESSES.previousSong,
  ".": PRESSES.nextSong,
  c: ({ song }) => song.toggleCue(),
  l: ({ song }) => song.settings.changeLoop(),
  m: ({ song }) => {
    song.settings.localSound.value = !song.settings.localSound.value;
  },
  b: PRESSES.blackout,
  f: PRESSES.freeze,
  "-": ({ broadcast }) => setHand(broadcast, dimmed(-BRIGHTNESS_STEP)),
  "+": ({ broadcast }) => setHand(broadcast, dimmed(BRIGHTNESS_STEP)),
  "=": ({ broadcast }) => setHand(broadcast, dimmed(BRIGHTNESS_STEP)),
  n: PRESSES.nextScene,
  i: PRESSES.identify,
  t: () => document.querySelector<HTMLElement>("[data-testid=bar-text]")?.click(),
  escape: ({ selected }) => {
    selected.value = undefined;
  },
  "?": () => document.getElementById("keys")?.togglePopover(),
};

function changeVolume(song: Song, by: number): void {
  song.settings.volume.value = Math.min(Math.max(song.settings.volume.value + by, 0), 1);
}

function dimmed(by: number): (hand: Hand) => Partial<Hand> {
  return ({ brightness }) => ({
    brightness: Math.round(Math.min(Math.max(brightness + by, 0), 1) * 10) / 10,
  });
}
