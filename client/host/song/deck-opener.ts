import { songProblems } from "../../words/en/song.ts";
import { openElement } from "./audio-element.ts";
import { Deck } from "./deck.ts";
import type { Queue } from "./queue.ts";
import type { QueueReader } from "./queue-reader.ts";
import type { QueueStore } from "./queue-store.ts";
import type { QueuedSong } from "./queued-song.ts";
import { SongProblem } from "./song-problem.ts";

export interface DeckOpenerOptions {
  readonly queue: Queue;
  readonly store: QueueStore;
  readonly reader: QueueReader;
  /** How much louder a song is played, dB. */
  readonly gainOf: (song: QueuedSong) => number;
}

/** Opens songs of the queue, and marks those that cannot be played. */
export class DeckOpener {
  readonly #options: DeckOpenerOptions;

  constructor(options: DeckOpenerOptions) {
    this.#options = options;
  }

  /** @throws SongProblem if the song cannot be played; the signal's reason if it is aborted */
  async open(id: string, signal: AbortSignal): Promise<Deck> {
    const { queue, store, reader, gainOf } = this.#options;
    try {
      await reader.read(id);
      const song = queue.find(id);
      if (song?.problem) throw new SongProblem(song.problem);
      const file = await store.file(id);
      if (!song || !file) throw new SongProblem(songProblems().lost);
      const problem = songProblems().unplayable({ file: song.fileName });
      const element = await openElement(file, problem, signal, song.isFilm);
      // The demo song's file is not read, so nothing has told it before.
      if (song.durationS === undefined && Number.isFinite(element.duration))
        queue.change(id, { durationS: element.duration });
      return new Deck(id, file, element, gainOf(song));
    } catch (error) {
      if (error instanceof SongProblem) queue.change(id, { problem: error.message });
      throw error;
    }
  }
}
