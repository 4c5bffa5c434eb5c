import { effect } from "@preact/signals";
import { coverUrl } from "./cover-url.ts";
import type { Song } from "./song.ts";

/** How far a media key moves in the song unless it says so, s. */
const SEEK_S = 10;

/**
 * Lets the system's media keys, a headset and a lock screen play, pause and go through songs, and shows
 * them what is played (W3C Media Session). Is called once.
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
    previoustrack: () => void song.previous(),
    nexttrack: () => void song.next(),
  };
  for (const [action, act] of Object.entries(actions)) {
    try {
      session.setActionHandler(action as MediaSessionAction, act);
    } catch {
      // The browser does not know this one.
    }
  }
  effect(() => {
    session.metadata = song.title.value === "" ? null : new MediaMetadata(metadataOf(song));
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

function metadataOf(song: Song): MediaMetadataInit {
  const present = song.present.value;
  if (!present || song.live.sound.value) return { title: song.title.value };
  const { title, artist, album, cover } = present;
  return { title, artist, album, artwork: cover ? [{ src: coverUrl(cover), type: cover.type }] : [] };
}
