import type { Signal } from "@preact/signals";
import type { Queue } from "./queue.ts";
import type { QueueStore } from "./queue-store.ts";
import { readSong } from "./read-song.ts";
import { SongProblem } from "./song-problem.ts";

/** A song is read to its end, whatever the host chooses meanwhile: it is needed later. */
const NEVER = new AbortController().signal;

/** Reads what the files of new songs say of them, one after the other. */
export class QueueReader {
  readonly #queue: Queue;
  readonly #store: QueueStore;
  readonly #reading = new Map<string, Promise<void>>();
  readonly #problem: Signal<string>;
  #last: Promise<void> = Promise.resolve();

  /** @param problem gets a text for the host for each file that is no song */
  constructor(queue: Queue, store: QueueStore, problem: Signal<string>) {
    this.#queue = queue;
    this.#store = store;
    this.#problem = problem;
  }

  /** Reads all new songs, when those are read that were new before. */
  readAll(): void {
    for (const { id, isNew } of this.#queue.songs.peek()) {
      if (!isNew) continue;
      const reading = this.#last.then(() => this.read(id));
      // One that fails unexpectedly must not keep the others from being read.
      this.#last = reading.catch(() => {});
    }
  }

  /** Reads a song now if it is new. */
  read(id: string): Promise<void> {
    const song = this.#queue.find(id);
    if (!song?.isNew) return Promise.resolve();
    const reading = this.#reading.get(id) ?? this.#read(id, song.fileName);
    this.#reading.set(id, reading);
    return reading.finally(() => this.#reading.delete(id));
  }

  async #read(id: string, fileName: string): Promise<void> {
    const file = await this.#store.file(id);
    if (!file) return;
    try {
      const { playable, ...facts } = await readSong(file, fileName, NEVER);
      const isMended = playable.size !== file.size || playable.type !== file.type;
      if (isMended) this.#store.keepFile(id, playable);
      this.#queue.change(id, { ...facts, isNew: false });
    } catch (error) {
      if (!(error instanceof SongProblem)) throw error;
      this.#queue.change(id, { problem: error.message, isNew: false });
      this.#problem.value = error.message;
    }
  }
}
