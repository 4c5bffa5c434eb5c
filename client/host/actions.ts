import type { Hand } from "#protocol/wall.ts";
import type { HostBroadcast } from "./broadcast/host-broadcast.ts";
import type { Song } from "./song/song.ts";
import type { SceneBook } from "./wall/scenes/scene-book.ts";

/** What keys and MIDI controllers act on. */
export interface Parts {
  song: Song;
  broadcast: HostBroadcast;
  book: SceneBook;
}

/** What one press does, of a key or of a pad. */
export const PRESSES = {
  blackout: ({ broadcast }) => setHand(broadcast, ({ blackout }) => ({ blackout: !blackout })),
  freeze: ({ broadcast }) => setHand(broadcast, ({ freeze }) => ({ freeze: !freeze })),
  nextScene: ({ book }) => book.next(),
  play: ({ song }) => song.toggle(),
  previousSong: ({ song }) => void song.previous(),
  nextSong: ({ song }) => void song.next(),
  identify: ({ broadcast }) => broadcast.wall.identify(),
  // Without the server nothing would happen, and the step would be gone.
  undo: ({ broadcast }) => {
    if (broadcast.phase.peek() === "ready") broadcast.wall.history.undo();
  },
  redo: ({ broadcast }) => {
    if (broadcast.phase.peek() === "ready") broadcast.wall.history.redo();
  },
} satisfies Record<string, (parts: Parts) => void>;

/** Recalls the scene at a position of the list, which begins at 0, if there is one. */
export function recallScene({ book }: Parts, position: number): void {
  const scene = book.all.peek()[position];
  if (scene) book.recall(scene);
}

/** Changes by hand what all screens show. */
export function setHand(broadcast: HostBroadcast, change: (hand: Hand) => Partial<Hand>): void {
  const present = broadcast.wall.show.peek().hand;
  broadcast.wall.setShow({ hand: { ...present, ...change(present) } });
}
