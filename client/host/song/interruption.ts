import { type ReadonlySignal, signal } from "@preact/signals";

/** What can be interrupted. */
interface Played {
  readonly playing: ReadonlySignal<boolean>;
  play(): Promise<void>;
  pause(): void;
}

/** A pause that the host did not ask for, as while another page hosts the wall. */
export class Interruption {
  /** Whether something played when it began. */
  readonly wasPlaying = signal(false);
  readonly #played: Played;

  constructor(played: Played) {
    this.#played = played;
  }

  begin(): void {
    this.wasPlaying.value = this.#played.playing.peek();
    this.#played.pause();
  }

  /** Goes on with what was interrupted, from its place. */
  end(): void {
    if (this.wasPlaying.peek()) void this.#played.play();
    this.wasPlaying.value = false;
  }
}
