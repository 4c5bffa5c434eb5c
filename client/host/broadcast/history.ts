import { computed, type Signal, signal } from "@preact/signals";

/** Steps that can be undone. */
const STEPS_MAX = 100;
/** Changes of the same thing that are closer than this are one step: a dragged slider changes often. */
const MERGE_MS = 1_000;

/** Something that the host did to the wall. */
export interface Step {
  /** What it was, for the host. */
  readonly label: string;
  /** Steps with the same key change the same things. */
  readonly key: string;
  undo(): void;
  redo(): void;
}

/** What the host did to the wall, to undo and redo it. */
export class History {
  readonly #now: () => number;
  readonly #done = signal<readonly Step[]>([]);
  readonly #undone = signal<readonly Step[]>([]);
  #addedAt = Number.NEGATIVE_INFINITY;

  /** What {@link undo} would undo; undefined if there is nothing. */
  readonly last = computed(() => this.#done.value.at(-1));
  /** What {@link redo} would do again; undefined if there is nothing. */
  readonly next = computed(() => this.#undone.value.at(-1));

  /** @param now ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes a step that the host has just done. */
  add(step: Step): void {
    const now = this.#now();
    const former = this.last.peek();
    const isSame = former?.key === step.key && now - this.#addedAt < MERGE_MS;
    this.#addedAt = now;
    this.#undone.value = [];
    this.#done.value = isSame
      ? [...this.#done.peek().slice(0, -1), { ...step, undo: former.undo }]
      : [...this.#done.peek(), step].slice(-STEPS_MAX);
  }

  undo(): void {
    this.#move(this.#done, this.#undone)?.undo();
  }

  redo(): void {
    this.#move(this.#undone, this.#done)?.redo();
  }

  #move(from: Signal<readonly Step[]>, to: Signal<readonly Step[]>): Step | undefined {
    const step = from.peek().at(-1);
    if (!step) return;
    from.value = from.peek().slice(0, -1);
    to.value = [...to.peek(), step];
    // A change after it is a step of its own.
    this.#addedAt = Number.NEGATIVE_INFINITY;
    return step;
  }
}
