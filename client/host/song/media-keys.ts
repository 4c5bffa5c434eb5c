import { effect } from "@preact/signals";
import type { Song } from "./song.ts";

/** How far a media key moves in the song unless it says so, s. */
const SEEK_S = 10;

/**
 * Lets the system's media keys, a headset and a lock screen play, pause and move in the song, and shows them
 * its title (W3C Media Session). Is called once.
 */
export function attachMediaKeys(song: Song): void {
  const session = navigator.mediaSession;
  if (!session) return;
  const by = (seconds: number) => song.seek(song.time.peek() + seconds);
  const actions: Partial<Record<MediaSessionAction, MediaSessionActionHandler>> = {
    play: () => void song.play(),
    pause: () => song.pause(),
    stop: () => song.pause(),
    seekbackward: ({ seekOffset }) => by(-(seekOffset ?? SEEK_S)),
    seekforward: ({ seekOffset }) => by(seekOffset ?? SEEK_S),
    seekto: ({ seekTime }) => song.seek(seekTime ?? 0),
    previoustrack: () => song.seek(0),
  };
  for (const [action, act] of Object.entries(actions)) {
    try {
      session.setActionHandler(action as MediaSessionAction, act);
    } catch {
      // The browser does not know this one.
    }
  }
  effect(() => {
    const title = song.title.value;
    session.metadata = title === "" ? null : new MediaMetadata({ title });
  });
  effect(() => {
    session.playbackState = song.title.value === "" ? "none" : song.playing.value ? "playing" : "paused";
  });
  effect(() => {
    const [duration, position] = [song.duration.value, song.time.value];
    if (Number.isFinite(duration))
      session.setPositionState({ duration, position: Math.min(position, duration) });
  });
}
