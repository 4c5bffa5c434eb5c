import type { Song } from "./song.ts";

const SEEK_S = 5;
const VOLUME_STEP = 0.05;

/** Handles one key press on the page. Keys that a focused control needs for itself are left to it. */
export function pressKey(event: KeyboardEvent, song: Song): void {
  const target = event.target as Element;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("dialog, input[type=text]")) return;
  const own = target.closest("input") ? /^(Arrow.*|Page.*|Home|End)$/ : /^( |Enter)$/;
  if (target.closest("input, button, a") && own.test(event.key)) return;
  const action = ACTIONS[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action(song);
}

const ACTIONS: Readonly<Record<string, (song: Song) => void>> = {
  " ": (song) => song.toggle(),
  arrowleft: (song) => song.seek(song.time.value - SEEK_S),
  arrowright: (song) => song.seek(song.time.value + SEEK_S),
  arrowup: (song) => turn(song, VOLUME_STEP),
  arrowdown: (song) => turn(song, -VOLUME_STEP),
  l: (song) => {
    song.loop.value = !song.loop.value;
  },
  m: (song) => {
    song.localSound.value = !song.localSound.value;
  },
};

function turn(song: Song, by: number): void {
  song.volume.value = Math.min(Math.max(song.volume.value + by, 0), 1);
}
