import { songProblems } from "../../words/en/song.ts";
import { openElement } from "./audio-element.ts";
import { Deck } from "./deck.ts";
import type { Queue } from "./queue.ts";
import { QueueReader } from "./queue-reader.ts";
import type { QueueStore } from "./queue-store.ts";
import type { QueuedSong } from "./queued-song.ts";
import { SongProblem } from "./song-problem.ts";

/** Opens songs of the queue, and marks those that cannot be played. */
export class DeckOpener {
  readonly #queue: Queue;
  readonly #store: QueueStore;
  readonly #reader: QueueReader;
  readonly #gainOf: (song: QueuedSong) => number;

  /** @param gainOf how much louder a song is played, dB */
  constructor(queue: Queue, store: QueueStore, gainOf: (song: QueuedSong) => number) {
    this.#queue = queue;
    this.#store = store;
    this.#gainOf = gainOf;
    this.#reader = new QueueReader(queue, store);
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
      const problem = songProblems().unplayable({ file: song.fileName });
      return new Deck(id, file, await openElement(file, problem, signal), this.#gainOf(song));
    } catch (error) {
      if (error instanceof SongProblem) this.#queue.change(id, { problem: error.message });
      throw error;
    }
  }
}
