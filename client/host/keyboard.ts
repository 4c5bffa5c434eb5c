import type { Hand } from "#protocol/wall.ts";
import type { HostBroadcast } from "./broadcast/host-broadcast.ts";
import type { Song } from "./song/song.ts";

const SEEK_S = 5;
const VOLUME_STEP = 0.05;
const BRIGHTNESS_STEP = 0.1;

/** Handles one key press on the page. Keys that a focused control needs for itself are left to it. */
export function pressKey(event: KeyboardEvent, song: Song, broadcast: HostBroadcast): void {
  const target = event.target as Element;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("dialog, input[type=text], select"))
    return;
  const own = target.closest("input") ? /^(Arrow.*|Page.*|Home|End)$/ : /^( |Enter)$/;
  if (target.closest("input, button, a") && own.test(event.key)) return;
  const action = ACTIONS[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action(song, broadcast);
}

const ACTIONS: Readonly<Record<string, (song: Song, broadcast: HostBroadcast) => void>> = {
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
  b: (_, broadcast) => hand(broadcast, ({ blackout }) => ({ blackout: !blackout })),
  f: (_, broadcast) => hand(broadcast, ({ freeze }) => ({ freeze: !freeze })),
  "-": (_, broadcast) => hand(broadcast, dimmed(-BRIGHTNESS_STEP)),
  "+": (_, broadcast) => hand(broadcast, dimmed(BRIGHTNESS_STEP)),
  "=": (_, broadcast) => hand(broadcast, dimmed(BRIGHTNESS_STEP)),
  i: (_, broadcast) => broadcast.wall.identify(),
  t: () => document.getElementById("text")?.focus(),
  "?": () => document.getElementById("keys")?.togglePopover(),
};

function turn(song: Song, by: number): void {
  song.volume.value = Math.min(Math.max(song.volume.value + by, 0), 1);
}

function hand(broadcast: HostBroadcast, change: (hand: Hand) => Partial<Hand>): void {
  const present = broadcast.wall.show.peek().hand;
  broadcast.wall.setShow({ hand: { ...present, ...change(present) } });
}

function dimmed(by: number): (hand: Hand) => Partial<Hand> {
  return ({ brightness }) => ({
    brightness: Math.round(Math.min(Math.max(brightness + by, 0), 1) * 10) / 10,
  });
}
