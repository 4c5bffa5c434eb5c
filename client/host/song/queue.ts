import { computed, type Signal, signal } from "@preact/signals";
import { queue as queueWords } from "../../words/en/queue.ts";
import type { Step } from "../broadcast/history.ts";
import type { Loop, Shuffle } from "../ui/settings.ts";
import { playOrder } from "./play-order.ts";
import type { QueueStore } from "./queue-store.ts";
import { type NewSong, nameOf, type QueuedSong, songOf } from "./queued-song.ts";

/** What the queue depends on. */
interface QueueOptions {
  readonly store: QueueStore;
  /** What is played after the last song. */
  readonly loop: Signal<Loop>;
  /** The order in which songs are played; null for that of the queue. */
  readonly shuffle: Signal<Shuffle | null>;
  /** Takes what can be undone. */
  readonly onStep: (step: Step) => void;
  /** Called when songs were taken out or put back. */
  readonly onTaken: () => void;
}

/** The songs of an evening, in order, and which of them comes next. */
export class Queue {
  readonly songs = signal<readonly QueuedSong[]>([]);
  /** The song that is played; undefined for none. */
  readonly currentId = signal<string | undefined>();
  readonly #options: QueueOptions;

  /** The ids of all songs in the order in which they are played. */
  readonly #order = computed(() => {
    const ids = this.songs.value.filter(({ problem }) => problem === "").map(({ id }) => id);
    return playOrder(ids, this.#options.shuffle.value);
  });

  readonly current = computed(() => this.songs.value.find(({ id }) => id === this.currentId.value));
  /** The song after the present one; undefined after the last. */
  readonly next = computed(() => this.#neighbour(1));
  /** The song before the present one; undefined before the first. */
  readonly previous = computed(() => this.#neighbour(-1));

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  find(id: string | undefined): QueuedSong | undefined {
    return this.songs.peek().find((song) => song.id === id);
  }

  /** Shows what is kept from former visits. */
  async restore(): Promise<void> {
    const loaded = await this.#options.store.load();
    const added = this.songs.peek();
    const kept = loaded.filter(({ id }) => !added.some((song) => song.id === id));
    // Songs that were added meanwhile come after them.
    const last = Math.max(0, ...kept.map(({ rank }) => rank));
    const moved = added.map((song) => ({ ...song, rank: last + song.rank }));
    this.#set([...kept, ...moved]);
    this.#options.store.keep(moved);
  }

  /**
   * Takes up what other pages of this browser have changed. What this page changes meanwhile, and songs whose
   * files only this page has, stay.
   */
  async refresh(): Promise<void> {
    const { store } = this.#options;
    const before = new Map(this.songs.peek().map((song) => [song.id, song]));
    const loaded = await store.load();
    const known = new Set(loaded.map(({ id }) => id));
    const isChanged = (id: string) => this.find(id) !== before.get(id);
    const own = this.songs.peek().filter(({ id, isKept }) => {
      return isChanged(id) || (!known.has(id) && (!isKept || store.isKeeping(id)));
    });
    this.#set([...loaded.filter(({ id }) => !isChanged(id)), ...own]);
  }

  /**
   * Adds songs at the end, which can be undone unless it is the demo song.
   * @returns them, as far as they are known: {@link change} tells more
   */
  add(files: readonly NewSong[]): readonly QueuedSong[] {
    const last = this.songs.peek().at(-1)?.rank ?? 0;
    const songs = files.map((file, n) => songOf(file, last + n + 1));
    songs.forEach(({ id }, n) => {
      this.#options.store.keepFile(id, files[n]!.file);
    });
    this.#set([...this.songs.peek(), ...songs]);
    this.#options.store.keep(songs);
    // The demo song comes by a press that plays it.
    if (songs.some(({ isDemo }) => !isDemo)) {
      const ids = songs.map(({ id }) => id);
      const { takeOut, putBack } = this.#taken(ids);
      const label =
        songs.length === 1
          ? queueWords().adding({ song: nameOf(songs[0]!) })
          : queueWords().addingMany(songs.length);
      this.#options.onStep({ label, key: `queue add ${ids.join()}`, undo: takeOut, redo: putBack });
    }
    return songs;
  }

  /** Tells more of a song. */
  change(id: string, facts: Partial<QueuedSong>): void {
    const song = this.find(id);
    if (!song) return;
    const changed = { ...song, ...facts };
    this.#set(this.songs.peek().map((one) => (one === song ? changed : one)));
    this.#options.store.keep([changed]);
  }

  /** Takes songs out, which can be undone. */
  remove(ids: readonly string[]): void {
    const removed = new Set(ids);
    const gone = this.songs.peek().filter(({ id }) => removed.has(id));
    if (gone.length === 0) return;
    const { takeOut, putBack } = this.#taken(ids);
    takeOut();
    const label =
      gone.length === 1
        ? queueWords().removing({ song: nameOf(gone[0]!) })
        : queueWords().removingMany(gone.length);
    this.#options.onStep({ label, key: `queue remove ${ids.join()}`, undo: putBack, redo: takeOut });
  }

  /**
   * Moves a song, which can be undone.
   * @param to its index in the queue afterwards; limited to the queue
   */
  move(id: string, to: number): void {
    const songs = this.songs.peek();
    const song = songs.find((one) => one.id === id);
    if (!song) return;
    const others = songs.filter((one) => one !== song);
    const at = Math.min(Math.max(to, 0), others.length);
    if (songs[at] === song) return;
    const [before, after] = [others[at - 1]?.rank, others[at]?.rank];
    const rank = between(before, after);
    const label = queueWords().moving({ song: nameOf(song) });
    const setRank = (rank: number) => this.change(id, { rank });
    setRank(rank);
    const key = `queue move ${id}`;
    this.#options.onStep({ label, key, undo: () => setRank(song.rank), redo: () => setRank(rank) });
  }

  /** What takes songs out of the queue with their files, and what puts them back as they were then. */
  #taken(ids: readonly string[]): { takeOut: () => void; putBack: () => void } {
    const { store, onTaken } = this.#options;
    const isOf = new Set(ids);
    let gone: readonly QueuedSong[] = [];
    let files: Promise<(Blob | undefined)[]> = Promise.resolve([]);
    const takeOut = () => {
      gone = this.songs.peek().filter(({ id }) => isOf.has(id));
      // The browser keeps the files that a page holds.
      files = Promise.all(gone.map(({ id }) => store.file(id)));
      this.#set(this.songs.peek().filter(({ id }) => !isOf.has(id)));
      void files.then(() => store.remove(ids));
      onTaken();
    };
    const putBack = async () => {
      (await files).forEach((file, n) => {
        if (file) store.keepFile(gone[n]!.id, file);
      });
      store.keep(gone);
      this.#set([...this.songs.peek(), ...gone]);
      onTaken();
    };
    return { takeOut, putBack: () => void putBack() };
  }

  #set(songs: readonly QueuedSong[]): void {
    this.songs.value = [...songs].sort((a, b) => a.rank - b.rank);
  }

  #neighbour(way: 1 | -1): QueuedSong | undefined {
    const order = this.#order.value;
    const id = this.currentId.value;
    const at = id === undefined ? -1 : order.indexOf(id);
    const isFound = at >= 0;
    // A song that was taken out while it plays is followed by the first one.
    let next = isFound ? at + way : way === 1 ? 0 : -1;
    if (this.#options.loop.value === "all" && order.length > 0) next = (next + order.length) % order.length;
    const found = order[next];
    return this.songs.value.find((song) => song.id === found);
  }
}

function between(before: number | undefined, after: number | undefined): number {
  if (before === undefined) return (after ?? 1) - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}
