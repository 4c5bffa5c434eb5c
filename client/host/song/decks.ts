import { batch, type Signal, signal } from "@preact/signals";
import { songProblems } from "../../words/en/song.ts";
import type { Deck } from "./deck.ts";
import type { Output } from "./output.ts";
import { SongProblem } from "./song-problem.ts";

/** The least time in which a song gives way to the next one: too short to be heard as a fade, s. */
const SEAM_S = 0.06;
/** The same where the host chooses another song, s. */
const SKIP_S = 0.3;
/** How long an element takes to begin to play, s. */
const START_S = 0.03;
/** When no more is left before the next song begins, the moment is awaited exactly, s. */
const SOON_S = 1.5;

export interface DecksListener {
  /** The audio graph. */
  output(): Output;
  /** @throws SongProblem if the song cannot be played; the signal's reason if it is aborted */
  open(id: string, signal: AbortSignal): Promise<Deck>;
  /** How long two songs are heard together, s. */
  crossfadeS(): number;
  /** Gets a text for the host if the browser starts no sound without a press. */
  readonly problem: Signal<string>;
  /** The file of the present song is damaged. */
  onDamaged(deck: Deck): void;
  /** The present song has ended, and no other follows. */
  onEnd(): void;
}

/** Plays songs: while one ends, the next one begins. */
export class Decks {
  readonly present = signal<Deck | undefined>();
  /** What follows the present song, ready to play. */
  readonly next = signal<Deck | undefined>();
  readonly playing = signal(false);
  /** The present position, seconds from the start. */
  readonly time = signal(0);
  /** Seconds; NaN while unknown, Infinity if the file does not say. */
  readonly duration = signal(Number.NaN);
  /** The share of the song that the browser has loaded, 0..1. */
  readonly buffered = signal(0);
  readonly #listener: DecksListener;
  /** What fades out. */
  #former: Deck | undefined;
  #crossing: ReturnType<typeof setTimeout> | undefined;
  /** Of {@link next}. */
  #preparation = new AbortController();

  constructor(listener: DecksListener) {
    this.#listener = listener;
  }

  /** The present song was played to its end. */
  get hasEnded(): boolean {
    return this.present.peek()?.element.ended ?? false;
  }

  /** Puts a deck in the place of the present one, and plays it if `plays`. */
  put(deck: Deck, plays: boolean): void {
    this.#change(deck, plays, SKIP_S);
  }

  /** Opens the song that follows the present one, so that it can begin without a gap. */
  async prepare(id: string | undefined): Promise<void> {
    const former = this.next.peek();
    if (former?.id === id) return;
    this.#preparation.abort();
    const preparation = new AbortController();
    this.#preparation = preparation;
    this.next.value = undefined;
    former?.close();
    if (id === undefined) return;
    try {
      const deck = await this.#listener.open(id, preparation.signal);
      if (preparation.signal.aborted) deck.close();
      else this.next.value = deck;
      this.#await();
    } catch (error) {
      // What cannot be played is marked as such by now, and another song is next.
      if (!preparation.signal.aborted && !(error instanceof SongProblem)) throw error;
    }
  }

  async play(): Promise<void> {
    const deck = this.present.peek();
    if (deck) await this.#start(deck, undefined, 0);
  }

  /** Goes on at the same place in another audio graph, into which what has played cannot be led. */
  async renew(): Promise<void> {
    const deck = this.present.peek();
    if (!deck) return;
    try {
      const same = await deck.again(songProblems().halted);
      if (deck === this.present.peek()) this.#change(same, deck.isPlaying, 0);
      else same.close();
    } catch (error) {
      if (!(error instanceof SongProblem)) throw error;
      this.#listener.problem.value = error.message;
      this.pause();
    }
  }

  pause(): void {
    this.#former?.close();
    this.present.peek()?.element.pause();
  }

  /** @param seconds from the start; limited to the length of the song */
  seek(seconds: number): void {
    const element = this.present.peek()?.element;
    if (!element || !Number.isFinite(element.duration)) return;
    element.currentTime = Math.min(Math.max(seconds, 0), element.duration);
    this.time.value = element.currentTime;
  }

  #change(deck: Deck, plays: boolean, fadeS: number): void {
    clearTimeout(this.#crossing);
    this.#former?.close();
    const former = this.present.peek();
    this.#former = former;
    // In one batch, so that the wall is not sent a pause between two songs.
    batch(() => {
      this.present.value = deck;
      if (this.next.peek() === deck) this.next.value = undefined;
      this.#watch(deck);
      if (plays) void this.#start(deck, former, former?.isPlaying ? fadeS : 0);
      else former?.close();
      this.#follow(deck);
    });
  }

  /** Plays a deck, and lets the former one fade out as soon as it is heard. */
  async #start(deck: Deck, former: Deck | undefined, fadeS: number): Promise<void> {
    try {
      const output = this.#listener.output();
      const [, isRunning] = await Promise.all([deck.play(output, fadeS), output.resume()]);
      if (fadeS > 0) former?.fadeOut(fadeS);
      else former?.close();
      if (isRunning) return;
    } catch (error) {
      former?.close();
      // It was paused, or another song took its place before it began.
      if (error instanceof DOMException && error.name === "AbortError") return;
      if (error instanceof SongProblem) {
        this.pause();
        this.#listener.problem.value = error.message;
        return;
      }
    }
    this.pause();
    this.#listener.problem.value = songProblems().needsPress;
  }

  #watch(deck: Deck): void {
    const { element } = deck;
    for (const event of ["play", "pause", "ended", "timeupdate", "seeked", "durationchange", "progress"]) {
      element.addEventListener(event, () => this.#follow(deck));
    }
    element.addEventListener("ended", () => {
      if (deck === this.present.peek()) this.#end();
    });
    element.addEventListener("error", () => {
      if (deck !== this.present.peek()) return;
      element.pause();
      this.#listener.onDamaged(deck);
    });
  }

  #follow(deck: Deck): void {
    if (deck !== this.present.peek()) return;
    const { element } = deck;
    batch(() => {
      this.playing.value = deck.isPlaying;
      this.time.value = element.currentTime;
      this.duration.value = element.duration;
      this.buffered.value = bufferedShare(element);
    });
    this.#await();
  }

  /** Waits for the moment at which the next song begins. */
  #await(): void {
    clearTimeout(this.#crossing);
    const [deck, next] = [this.present.peek(), this.next.peek()];
    if (!deck?.isPlaying || !next) return;
    const half = Math.min(deck.element.duration, next.element.duration) / 2;
    const fadeS = Math.max(Math.min(this.#listener.crossfadeS(), half), SEAM_S);
    const leftS = deck.remainingS - fadeS;
    if (leftS > SOON_S) return;
    this.#crossing = setTimeout(() => this.#change(next, true, fadeS), Math.max(leftS - START_S, 0) * 1_000);
  }

  /** The present song has ended before the next one began. */
  #end(): void {
    const next = this.next.peek();
    if (next) this.#change(next, true, 0);
    else this.#listener.onEnd();
  }
}

function bufferedShare({ buffered, duration }: HTMLMediaElement): number {
  if (buffered.length === 0 || !Number.isFinite(duration) || duration === 0) return 0;
  return Math.min(buffered.end(buffered.length - 1) / duration, 1);
}
