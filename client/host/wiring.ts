import { effect } from "@preact/signals";
import type { HostBroadcast } from "./broadcast/host-broadcast.ts";
import type { Song } from "./song/song.ts";
import { loadSettings, saveSettings } from "./ui/settings.ts";

/**
 * What follows from what, for as long as the page lives. Kept out of the components, whose effects wait
 * for a painted frame: a tab in the background paints none, and its song goes on.
 */
export function wire(code: string, song: Song, broadcast: HostBroadcast): void {
  effect(() => broadcast.reportPlayback(song.playing.value, song.title.value));
  effect(() => {
    if (["replaced", "closed", "refused"].includes(broadcast.phase.value)) song.pause();
  });
  effect(() => rememberLive(code, broadcast));
  effect(() => tellPage(song, broadcast));
}

/** Remembers a broadcast that has not been stopped, so that a reloaded page can say why it is silent. */
function rememberLive(code: string, broadcast: HostBroadcast): void {
  const onAir = broadcast.onAir.value;
  if (broadcast.phase.value === "connecting") return;
  saveSettings({ ...loadSettings(), live: onAir === "off" ? "" : code });
}

/** The states as attributes of the page, for styles and for tests. */
function tellPage(song: Song, broadcast: HostBroadcast): void {
  const { dataset } = document.documentElement;
  const onAir = { off: "ready", connecting: "going-live", live: "live" }[broadcast.onAir.value];
  dataset.state = broadcast.phase.value === "ready" ? onAir : broadcast.phase.value;
  dataset.song = song.title.value === "" ? "none" : song.playing.value ? "playing" : "paused";
}
