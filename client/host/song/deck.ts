import { openElement, unload } from "./audio-element.ts";
import type { Channel } from "./channel.ts";
import type { Output } from "./output.ts";
import type { QueuedSong } from "./queued-song.ts";

/** How long a song whose loudness becomes known while it plays takes to become as loud as the others, s. */
const LEVEL_GLIDE_S = 3;

/** A song that is ready to play, and its way into the audio graph. */
export class Deck {
  readonly id: QueuedSong["id"];
  readonly file: Blob;
  readonly element: HTMLMediaElement;
  #channel: Channel | undefined;
  #gainDb: number;

  /** @param gainDb how much louder it is played, dB */
  constructor(id: QueuedSong["id"], file: Blob, element: HTMLMediaElement, gainDb: number) {
    this.id = id;
    this.file = file;
    this.element = element;
    this.#gainDb = gainDb;
  }

  get isPlaying(): boolean {
    return !this.element.paused && !this.element.ended;
  }

  /** Where its pictures are seen; undefined if it has none that this browser shows. */
  get film(): HTMLVideoElement | undefined {
    const { element } = this;
    return element instanceof HTMLVideoElement && element.videoWidth > 0 ? element : undefined;
  }

  /** Seconds to its end; Infinity while it is not known. */
  get remainingS(): number {
    const { duration, currentTime } = this.element;
    return Number.isFinite(duration) ? duration - currentTime : Number.POSITIVE_INFINITY;
  }

  /**
   * Plays it from where it is.
   * @param fadeS time in which it becomes as loud as it is; 0 for at once
   * @throws DOMException `AbortError` if it was paused before it began
   */
  async play(output: Output, fadeS = 0): Promise<void> {
    const isNew = !this.#channel;
    this.#channel ??= output.connect(this.element);
    if (isNew) this.#channel.setGain(this.#gainDb, 0);
    // An element needs a moment to begin, in which nothing may fade.
    if (isNew && fadeS > 0) this.#channel.mute();
    await this.element.play();
    if (isNew && fadeS > 0) this.#channel?.fadeIn(fadeS);
  }

  /**
   * The same song at the same place, for another audio graph: an element is heard through one graph in
   * all its life (W3C Web Audio, createMediaElementSource).
   * @param problem text for the host if the browser cannot play it any more
   * @throws SongProblem
   */
  async again(problem: string): Promise<Deck> {
    const isFilm = this.film !== undefined;
    const element = await openElement(this.file, problem, new AbortController().signal, isFilm);
    element.loop = this.element.loop;
    element.currentTime = this.element.currentTime;
    return new Deck(this.id, this.file, element, this.#gainDb);
  }

  /** Becomes silent within a time, and is gone then. */
  fadeOut(seconds: number): void {
    this.#channel?.fadeOut(seconds);
    setTimeout(() => this.close(), seconds * 1_000);
  }

  setGain(gainDb: number): void {
    if (gainDb === this.#gainDb) return;
    this.#gainDb = gainDb;
    this.#channel?.setGain(gainDb, LEVEL_GLIDE_S);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
    unload(this.element);
  }
}
