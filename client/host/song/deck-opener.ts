import { songProblems } from "../../words/en/song.ts";
import { Deck } from "./deck.ts";
import type { Queue } from "./queue.ts";
import type { QueueStore } from "./queue-store.ts";
import type { QueuedSong } from "./queued-song.ts";
import { canPlay } from "./song-file.ts";
import { SongProblem } from "./song-problem.ts";
import { SongReader } from "./song-reader.ts";

/** Opens songs of the queue, and marks those that cannot be played. */
export class DeckOpener {
  readonly #queue: Queue;
  readonly #store: QueueStore;
  readonly #reader: SongReader;
  readonly #gainOf: (song: QueuedSong) => number;

  /** @param gainOf how much louder a song is played, dB */
  constructor(queue: Queue, store: QueueStore, gainOf: (song: QueuedSong) => number) {
    this.#queue = queue;
    this.#store = store;
    this.#gainOf = gainOf;
    this.#reader = new SongReader(queue, store);
  }

  /** Reads what the files of new songs say of them. */
  readAll(): void {
    this.#reader.readAll();
  }

  /** @throws SongProblem if the song cannot be played; the signal's reason if it is aborted */
  async open(id: string, signal: AbortSignal): Promise<Deck> {
    try {
      await this.#reader.read(id);
      const song = this.#queue.find(id);
      if (song?.problem) throw new SongProblem(song.problem);
      const file = await this.#store.file(id);
      if (!song || !file) throw new SongProblem(songProblems().lost);
      return new Deck(id, file, await canPlay(file, song.fileName, signal), this.#gainOf(song));
    } catch (error) {
      if (error instanceof SongProblem) this.#queue.change(id, { problem: error.message });
      throw error;
    }
  }
}
