import { signal } from "@preact/signals";
import { beforeEach, expect, test, vi } from "vitest";
import { History } from "../../../../../client/host/broadcast/history.ts";
import { Queue } from "../../../../../client/host/song/queue.ts";
import type { QueueStore } from "../../../../../client/host/song/queue-store.ts";
import type { QueuedSong } from "../../../../../client/host/song/queued-song.ts";
import type { Loop, Shuffle } from "../../../../../client/host/ui/settings.ts";

/** Keeps songs as the browser's store does, in memory. */
class MemoryStore implements QueueStore {
  readonly songs = new Map<string, QueuedSong>();
  readonly files = new Map<string, Blob>();
  load = async () => [...this.songs.values()];
  file = async (id: string) => this.files.get(id);
  keep(songs: readonly QueuedSong[]): void {
    for (const song of songs) this.songs.set(song.id, song);
  }
  keepFile(id: string, file: Blob): void {
    this.files.set(id, file);
  }
  /** Songs whose files are still being written. */
  readonly keeping = new Set<string>();
  isKeeping(id: string): boolean {
    return this.keeping.has(id);
  }
  remove(ids: readonly string[]): void {
    for (const id of ids) {
      this.songs.delete(id);
      this.files.delete(id);
    }
  }
}

const loop = signal<Loop>("off");
const shuffle = signal<Shuffle | null>(null);
let [store, history] = [new MemoryStore(), new History()];
let queue: Queue;

beforeEach(() => {
  loop.value = "off";
  shuffle.value = null;
  store = new MemoryStore();
  queue = open();
  add("a", "b", "c");
  // Steps that follow at once are not one step.
  let now = 0;
  history = new History(() => (now += 10_000));
});

/** Is told of songs that are taken out or put back. */
const onTaken = vi.fn();

function open(): Queue {
  return new Queue({ store, loop, shuffle, onStep: (step) => history.add(step), onTaken });
}

function add(...titles: string[]): void {
  queue.add(titles.map((title) => ({ file: new File([title], `${title}.mp3`), title })));
}

const titles = (of = queue) => of.songs.value.map(({ title }) => title).join("");
const idOf = (title: string) => queue.songs.value.find((song) => song.title === title)!.id;
const play = (title: string) => {
  queue.currentId.value = idOf(title);
};

test("songs are added at the end and are there again in the next visit", async () => {
  expect(titles()).toBe("abc");
  add("d");
  const later = open();
  await later.restore();
  expect(titles(later)).toBe("abcd");
  expect(store.files.size).toBe(4);
});

test("songs that are added while those of former visits are loaded come after them, and once", async () => {
  queue = open();
  const restored = queue.restore();
  add("d");
  await restored;
  expect(titles()).toBe("abcd");
  const later = open();
  await later.restore();
  expect(titles(later)).toBe("abcd");
});

test("moving a song keeps the order for the next visit, and can be undone", async () => {
  queue.move(idOf("c"), 0);
  queue.move(idOf("a"), 2);
  expect(titles()).toBe("cba");
  const later = open();
  await later.restore();
  expect(titles(later)).toBe("cba");
  history.undo();
  expect(titles()).toBe("cab");
  history.undo();
  expect(titles()).toBe("abc");
  history.redo();
  expect(titles()).toBe("cab");
});

test("a song that is moved beyond the ends stays at the end, and one that is not moved is no step", () => {
  queue.move(idOf("a"), 99);
  expect(titles()).toBe("bca");
  queue.move(idOf("b"), -5);
  expect(titles()).toBe("bca");
  history.undo();
  expect(titles()).toBe("abc");
  expect(history.last.value).toBeUndefined();
});

test("songs that are taken out are forgotten with their files, and Undo brings both back", async () => {
  const id = idOf("b");
  queue.remove([id]);
  expect(titles()).toBe("ac");
  await expect.poll(() => store.files.has(id)).toBe(false);
  history.undo();
  await expect.poll(() => titles()).toBe("abc");
  expect(await store.files.get(id)?.text()).toBe("b");
  expect(store.songs.has(id)).toBe(true);
});

test("songs that were added are taken out by Undo, and come back with their files", async () => {
  add("d", "e");
  const id = idOf("e");
  queue.change(id, { artist: "someone" });
  onTaken.mockClear();
  history.undo();
  expect(titles()).toBe("abc");
  await expect.poll(() => store.files.size).toBe(3);
  history.redo();
  await expect.poll(() => titles()).toBe("abcde");
  // What was not read of them yet is read then.
  expect(onTaken).toHaveBeenCalledTimes(2);
  expect(await store.files.get(id)?.text()).toBe("e");
  expect(store.songs.get(id)?.artist).toBe("someone");
});

test("after the last song nothing follows, or the first one if all are repeated", () => {
  expect(queue.next.value?.title).toBe("a");
  play("b");
  expect([queue.previous.value?.title, queue.next.value?.title]).toEqual(["a", "c"]);
  play("c");
  expect(queue.next.value).toBeUndefined();
  loop.value = "all";
  expect(queue.next.value?.title).toBe("a");
  play("a");
  expect(queue.previous.value?.title).toBe("c");
});

test("songs that cannot be played are left out", () => {
  play("a");
  queue.change(idOf("b"), { problem: "damaged" });
  expect(queue.next.value?.title).toBe("c");
});

test("after a song that was taken out while it plays, the first one follows", () => {
  play("c");
  queue.remove([idOf("c")]);
  expect(queue.current.value).toBeUndefined();
  expect(queue.next.value?.title).toBe("a");
});

test("in a random order every song is played once after the present one", () => {
  add("d", "e");
  play("c");
  shuffle.value = { seed: 0.3, first: idOf("c") };
  const played = ["c"];
  while (queue.next.value) {
    played.push(queue.next.value.title);
    queue.currentId.value = queue.next.value.id;
  }
  expect([...played].sort().join("")).toBe("abcde");
});

test("what another page has added, moved or removed is taken up", async () => {
  const other = open();
  await other.restore();
  other.remove([idOf("a")]);
  await Promise.resolve();
  other.move(idOf("c"), 0);
  other.add([{ file: new File(["d"], "d.mp3"), title: "d" }]);
  expect(titles()).toBe("abc");
  await new Promise((resolve) => setTimeout(resolve));
  await queue.refresh();
  expect(titles()).toBe("cbd");
});

test("changes of this page and files that only it has stay when it takes up those of others", async () => {
  const [a, b, c] = [idOf("a"), idOf("b"), idOf("c")];
  for (const id of [a, b, c]) store.songs.delete(id);
  store.keeping.add(a);
  queue.change(b, { isKept: false });
  store.songs.delete(b);
  const refreshed = queue.refresh();
  add("d");
  await refreshed;
  expect(titles()).toBe("abd");
});
