import { batch, effect, signal } from "@preact/signals";
import { songProblems } from "../../words/en/song.ts";
import { formatTime } from "../ui/format.ts";
import { loadSettings, saveSettings } from "../ui/settings.ts";
import { Output } from "./output.ts";
import { type LoadedSong, loadDemo, loadFile, type Progress, SongProblem, unload } from "./song-file.ts";

/** In place of a file's name: the demo song. */
export const DEMO = Symbol("demo song");

/** A song that is being loaded. */
export interface Loading {
  /** The file's. */
  name: string | typeof DEMO;
  /** 0..1, or undefined while the browser reads the file. */
  fetched: number | undefined;
}

/**
 * The host's song: chooses, loads and plays it. A new song is loaded while the present one plays, and
 * replaces it only once it can play, so that a bad file interrupts nothing.
 */
export class Song {
  /** The present song's file. */
  readonly file = signal<Blob | undefined>();
  /** "" while there is no song. */
  readonly title = signal("");
  readonly playing = signal(false);
  /** The present position, seconds from the start. */
  readonly time = signal(0);
  /** Seconds; NaN while unknown, Infinity if the file does not say. */
  readonly duration = signal(Number.NaN);
  /** The share of the song that the browser has loaded, 0..1. */
  readonly buffered = signal(0);
  readonly loading = signal<Loading | undefined>();
  /** Text for the host: what went wrong last; "" if nothing did. */
  readonly problem = signal("");

  /** Whether {@link interrupt} has paused it while it played. */
  readonly wasInterrupted = signal(false);

  readonly #settings = loadSettings();
  readonly volume = signal(this.#settings.volume);
  readonly loop = signal(this.#settings.loop);
  readonly localSound = signal(this.#settings.localSound);
  /** How much later than the light this computer's own sound is to be; negative if earlier. */
  readonly soundTrimMs = signal(this.#settings.soundTrim);
  /** How much longer the light must wait for this computer's sound to be as early as it is to be. */
  readonly lackingMs = signal(0);

  #output: Output | undefined;
  #element: HTMLAudioElement | undefined;
  #source: AudioNode | undefined;
  #attempt = new AbortController();

  constructor() {
    effect(() => {
      const [volume, loop, localSound] = [this.volume.value, this.loop.value, this.localSound.value];
      const soundTrim = this.soundTrimMs.value;
      saveSettings({ ...loadSettings(), volume, loop, localSound, soundTrim });
      if (this.#element) this.#element.loop = loop;
      this.#output?.setVolume(volume);
      this.#output?.setLocalSound(localSound);
    });
  }

  /** The audio graph. The first access creates it, and must be in a handler of a press. */
  get output(): Output {
    if (this.#output) return this.#output;
    this.#output = new Output(() => this.#handleHalt());
    this.#output.setVolume(this.volume.value);
    this.#output.setLocalSound(this.localSound.value);
    return this.#output;
  }

  /** Analyses what is broadcast; undefined until there is an audio graph. */
  get analyser(): AnalyserNode | undefined {
    return this.#output?.analyser;
  }

  /** The position that is played now, ms from the start; {@link time} follows it in steps. */
  get positionMs(): number {
    return (this.#element?.currentTime ?? 0) * 1_000;
  }

  /** Loads a file and plays it. */
  async open(file: File): Promise<void> {
    await this.#load(file.name, (_, signal) => loadFile(file, signal), true);
  }

  /** Loads the demo song and plays it. */
  async openDemo(): Promise<void> {
    await this.#load(DEMO, loadDemo, true);
  }

  /**
   * Loads the demo song after a reload, if it was the last choice. It does not play it, as browsers start no
   * sound before a press.
   */
  async restore(): Promise<void> {
    if (this.#settings.demo) await this.#load(DEMO, loadDemo, false);
  }

  async play(): Promise<void> {
    const element = this.#element;
    if (!element) return;
    this.problem.value = "";
    this.#source ??= this.output.connect(element);
    try {
      await Promise.all([element.play(), this.#resume()]);
    } catch (error) {
      // It was paused or replaced by the next song before it began.
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.pause();
      this.problem.value = songProblems().needsPress;
    }
  }

  pause(): void {
    this.#element?.pause();
  }

  /** Pauses the song because this page does not host the wall now. */
  interrupt(): void {
    this.wasInterrupted.value = this.playing.peek();
    this.pause();
  }

  /** Goes on with a song that was interrupted, from its place. */
  playOn(): void {
    if (this.wasInterrupted.peek()) void this.play();
    this.wasInterrupted.value = false;
  }

  toggle(): void {
    if (this.playing.value) this.pause();
    else void this.play();
  }

  /** @param seconds from the start; limited to the length of the song */
  seek(seconds: number): void {
    const element = this.#element;
    if (!element || !Number.isFinite(element.duration)) return;
    element.currentTime = Math.min(Math.max(seconds, 0), element.duration);
    this.time.value = element.currentTime;
  }

  async #load(
    name: Loading["name"],
    load: (progress: Progress, signal: AbortSignal) => Promise<LoadedSong>,
    play: boolean,
  ): Promise<void> {
    this.#attempt.abort();
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.problem.value = "";
    this.loading.value = { name, fetched: undefined };
    try {
      const progress: Progress = (fetched) => {
        if (!attempt.signal.aborted) this.loading.value = { name, fetched };
      };
      const song = await load(progress, attempt.signal);
      // In one batch, so that the wall is not sent a pause between two songs.
      batch(() => {
        this.#replace(song);
        if (play) void this.play();
        this.#follow(song.element);
      });
      saveSettings({ ...loadSettings(), demo: name === DEMO });
    } catch (error) {
      if (attempt.signal.aborted) return;
      if (!(error instanceof SongProblem)) throw error;
      this.problem.value = error.message;
    } finally {
      if (!attempt.signal.aborted) this.loading.value = undefined;
    }
  }

  /** Replaces the present song. */
  #replace({ title, file, element }: LoadedSong): void {
    this.#source?.disconnect();
    this.#source = undefined;
    const former = this.#element;
    this.#element = element;
    if (former) unload(former);
    element.loop = this.loop.value;
    this.title.value = title;
    this.file.value = file;
    this.#watch(element);
  }

  #watch(element: HTMLAudioElement): void {
    for (const event of ["play", "pause", "ended", "timeupdate", "seeked", "durationchange", "progress"]) {
      element.addEventListener(event, () => this.#follow(element));
    }
    element.addEventListener("error", () => {
      if (element !== this.#element) return;
      element.pause();
      const time = formatTime(element.currentTime);
      this.problem.value = songProblems().damaged({ title: this.title.value, time });
    });
  }

  #follow(element: HTMLAudioElement): void {
    if (element !== this.#element) return;
    this.playing.value = !element.paused && !element.ended;
    this.time.value = element.currentTime;
    this.duration.value = element.duration;
    this.buffered.value = bufferedShare(element);
  }

  async #resume(): Promise<void> {
    if (!(await this.output.resume())) throw new Error("The browser waits for a press.");
  }

  #handleHalt(): void {
    if (!this.playing.value) return;
    this.pause();
    this.problem.value = songProblems().halted;
  }
}

function bufferedShare({ buffered, duration }: HTMLAudioElement): number {
  if (buffered.length === 0 || !Number.isFinite(duration) || duration === 0) return 0;
  return Math.min(buffered.end(buffered.length - 1) / duration, 1);
}
