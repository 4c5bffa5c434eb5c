import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { QueuedSong } from "./queued-song.ts";

/** Keeps the songs of the queue and their files. */
export interface QueueStore {
  /** All that is kept. */
  load(): Promise<readonly QueuedSong[]>;
  /** Keeps what is known of songs. */
  keep(songs: readonly QueuedSong[]): void;
  /** Keeps the file of a song. */
  keepFile(id: string, file: Blob): void;
  /** Whether the file of a song is still being written. */
  isKeeping(id: string): boolean;
  /** The file of a song; undefined if it is lost. */
  file(id: string): Promise<Blob | undefined>;
  /** Forgets songs and their files. */
  remove(ids: readonly string[]): void;
}

interface Schema extends DBSchema {
  songs: { key: string; value: QueuedSong };
  files: { key: string; value: Blob };
}

const NAME = "lightwall";
const VERSION = 1;

/**
 * Keeps songs in this browser's IndexedDB, which it has on every origin. Each song is a record of its own, so
 * that two consoles of one browser do not overwrite one another's. Where the browser has no space or keeps
 * nothing, songs last as long as the page.
 */
export class BrowserQueueStore implements QueueStore {
  /** Files of this visit, which need no reading, and may not be kept. */
  readonly #files = new Map<string, Blob>();
  readonly #database: Promise<IDBPDatabase<Schema> | undefined>;
  readonly #onLost: (id: string) => void;
  /** Songs whose files are not written yet. */
  readonly #unwritten = new Set<string>();
  #keeping: Promise<void> = Promise.resolve();

  /** @param onLost called with each song whose file cannot be kept */
  constructor(onLost: (id: string) => void) {
    this.#onLost = onLost;
    this.#database = openDB<Schema>(NAME, VERSION, {
      upgrade: (database) => {
        database.createObjectStore("songs", { keyPath: "id" });
        database.createObjectStore("files");
      },
    }).catch(() => undefined);
  }

  async load(): Promise<readonly QueuedSong[]> {
    const database = await this.#database;
    const [songs, ids] = await Promise.all([database?.getAll("songs"), database?.getAllKeys("files")]);
    const kept = new Set(ids);
    // A page that was closed at the wrong moment may have left a song without its file.
    return (songs ?? []).filter(({ id }) => kept.has(id));
  }

  keep(songs: readonly QueuedSong[]): void {
    void this.#write(async (database) => {
      const { store, done } = database.transaction("songs", "readwrite");
      await Promise.all([...songs.map((song) => store.put(song)), done]);
    });
  }

  keepFile(id: string, file: Blob): void {
    this.#files.set(id, file);
    this.#unwritten.add(id);
    // One after the other: a browser that copies hundreds of files at once does nothing else.
    this.#keeping = this.#keeping.then(async () => {
      // It may have been removed while it waited.
      if (this.#files.get(id) !== file) return;
      const isKept = await this.#write((database) => database.put("files", file, id));
      this.#unwritten.delete(id);
      if (!isKept) this.#onLost(id);
    });
  }

  isKeeping(id: string): boolean {
    return this.#unwritten.has(id);
  }

  async file(id: string): Promise<Blob | undefined> {
    return this.#files.get(id) ?? (await (await this.#database)?.get("files", id));
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) {
      this.#files.delete(id);
      this.#unwritten.delete(id);
    }
    void this.#write(async (database) => {
      const transaction = database.transaction(["songs", "files"], "readwrite");
      const [songs, files] = [transaction.objectStore("songs"), transaction.objectStore("files")];
      const gone = ids.flatMap((id) => [songs.delete(id), files.delete(id)]);
      await Promise.all([...gone, transaction.done]);
    });
  }

  /** @returns whether it was written */
  async #write(write: (database: IDBPDatabase<Schema>) => Promise<unknown>): Promise<boolean> {
    const database = await this.#database;
    if (!database) return false;
    try {
      await write(database);
      return true;
    } catch {
      // Most often there is no space left.
      return false;
    }
  }
}
