import { computed, effect, type ReadonlySignal } from "@preact/signals";
import { keepStored, readStored } from "../ui/storage.ts";

/** Where the host was in the queue. */
export interface Place {
  /** Of the song. */
  readonly id: string;
  /** Seconds from its start. */
  readonly at: number;
  readonly wasPlaying: boolean;
}

/** Where localStorage has the place. */
export const PLACE_KEY = "lightwall.place";

/** Keeps the place for the time after a reload, a crash or a reboot. */
export function keepPlace(place: Place, storage?: Storage): void {
  keepStored(PLACE_KEY, place, storage);
}

/** The place of the last visit; undefined if there is none. */
export function readPlace(storage?: Storage): Place | undefined {
  const { id, at, wasPlaying } = (readStored(PLACE_KEY, storage) ?? {}) as Partial<
    Record<keyof Place, unknown>
  >;
  if (typeof id !== "string" || typeof at !== "number" || !(at >= 0)) return;
  return { id, at, wasPlaying: wasPlaying === true };
}

/** What the place is read from. */
interface Played {
  readonly queue: { readonly currentId: ReadonlySignal<string | undefined> };
  readonly playing: ReadonlySignal<boolean>;
  readonly wasPlaying: ReadonlySignal<boolean>;
  /** Seconds from the start, in steps. */
  readonly time: ReadonlySignal<number>;
  readonly positionMs: number;
}

/** Keeps the place once a second, and when the page is left. Is called once. */
export function followPlace(song: Played): void {
  const keep = () => {
    const id = song.queue.currentId.peek();
    const wasPlaying = song.playing.peek() || song.wasPlaying.peek();
    if (id !== undefined) keepPlace({ id, at: song.positionMs / 1_000, wasPlaying });
  };
  const { queue, playing, time } = song;
  const moved = computed(() => [queue.currentId.value, playing.value, Math.floor(time.value)].join());
  effect(() => {
    if (moved.value) keep();
  });
  addEventListener("pagehide", keep);
}
