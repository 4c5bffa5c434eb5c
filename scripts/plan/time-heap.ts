/** What is due at a time. */
interface Entry<Item> {
  readonly time: number;
  readonly item: Item;
}

/** Items by time, the earliest first: a binary heap. */
export class TimeHeap<Item> {
  readonly #entries: Entry<Item>[] = [];

  /** Time of the earliest item; undefined if there is none. */
  get firstTime(): number | undefined {
    return this.#entries[0]?.time;
  }

  add(time: number, item: Item): void {
    const entries = this.#entries;
    const entry = { time, item };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (entries[above]!.time <= time) break;
      entries[at] = entries[above]!;
      at = above;
    }
    entries[at] = entry;
  }

  /** Takes the earliest item; undefined if there is none. */
  take(): Item | undefined {
    const entries = this.#entries;
    const [first] = entries;
    const last = entries.pop();
    if (!last || entries.length === 0) return first?.item;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= entries.length) break;
      if (below + 1 < entries.length && entries[below + 1]!.time < entries[below]!.time) below++;
      if (entries[below]!.time >= last.time) break;
      entries[at] = entries[below]!;
      at = below;
    }
    entries[at] = last;
    return first!.item;
  }
}
