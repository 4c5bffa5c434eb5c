import { batch, effect, signal } from "@preact/signals";
import { loadSettings, saveSettings } from "../ui/settings.ts";
import { formatTime } from "../ui/words.ts";
import { type LoadedSong, loadDemo, loadFile, type Progress, SongProblem, unload } from "./load.ts";
import { Output } from "./output.ts";

/** A song on its way in. `fetched` is 0..1, or undefined while the browser reads what it has. */
export interface Loading {
  name: string;
  fetched: number | undefined;
}

/**
 * The host's song: chosen, loaded, played. A new one is loaded beside the one that plays and takes
 * its place only once it can play, so a bad file disturbs nothing.
 */
export class Song {
  /** "" while there is no song. */
  readonly title = signal("");
  readonly playing = signal(false);
  /** Seconds from the start. */
  readonly time = signal(0);
  /** Seconds; NaN while unknown, Infinity where the file does not tell. */
  readonly duration = signal(Number.NaN);
  /** How much of the song is at hand, 0..1. */
  readonly buffered = signal(0);
  readonly loading = signal<Loading | undefined>();
  /** What went wrong last, in words for the host; "" if nothing did. */
  readonly problem = signal("");

  readonly #settings = loadSettings();
  readonly volume = signal(this.#settings.volume);
  readonly loop = signal(this.#settings.loop);
  readonly localSound = signal(this.#settings.localSound);
  /** How much later than the light this computer's own sound is meant to be, ms. */
  readonly soundTrim = signal(this.#settings.soundTrim);

  #output: Output | undefined;
  #element: HTMLAudioElement | undefined;
  #source: AudioNode | undefined;
  #attempt = new AbortController();

  constructor() {
    effect(() => {
      const [volume, loop, localSound] = [this.volume.value, this.loop.value, this.localSound.value];
      const soundTrim = this.soundTrim.value;
      saveSettings({ ...loadSettings(), volume, loop, localSound, soundTrim });
      if (this.#element) this.#element.loop = loop;
      this.#output?.setVolume(volume);
      this.#output?.setLocalSound(localSound);
    });
  }

  /** The way to the broadcast. The first call must come from a press, or the browser keeps it silent. */
  get output(): Output {
    if (this.#output) return this.#output;
    this.#output = new Output(() => this.#halted());
    this.#output.setVolume(this.volume.value);
    this.#output.setLocalSound(this.localSound.value);
    return this.#output;
  }

  /** What leaves for the broadcast, once anything can. */
  get analyser(): AnalyserNode | undefined {
    return this.#output?.analyser;
  }

  /** Loads a file and plays it. */
  async open(file: File): Promise<void> {
    await this.#load(file.name, (_, signal) => loadFile(file, signal), false, true);
  }

  /** Loads the demo song and plays it. */
  async openDemo(): Promise<void> {
    await this.#load("the demo song", loadDemo, true, true);
  }

  /**
   * After a reload: has the demo song at hand again if it was the last choice. Without a press it cannot
   * play.
   */
  async restore(): Promise<void> {
    if (this.#settings.demo) await this.#load("the demo song", loadDemo, true, false);
  }

  async play(): Promise<void> {
    const element = this.#element;
    if (!element) return;
    this.problem.value = "";
    this.#source ??= this.output.connect(element);
    try {
      await Promise.all([element.play(), this.#wake()]);
    } catch (error) {
      // Paused again, or replaced by the next song, before it had begun.
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.pause();
      this.problem.value = "The browser waits for you: press Play to start.";
    }
  }

  pause(): void {
    this.#element?.pause();
  }

  toggle(): void {
    if (this.playing.value) this.pause();
    else void this.play();
  }

  /** @param seconds from the start; put right where it is outside the song */
  seek(seconds: number): void {
    const element = this.#element;
    if (!element || !Number.isFinite(element.duration)) return;
    element.currentTime = Math.min(Math.max(seconds, 0), element.duration);
    this.time.value = element.currentTime;
  }

  async #load(
    name: string,
    load: (progress: Progress, signal: AbortSignal) => Promise<LoadedSong>,
    demo: boolean,
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
      // At once, so that nobody is told of a pause between two songs.
      batch(() => {
        this.#take(song);
        if (play) void this.play();
        this.#follow(song.element);
      });
      saveSettings({ ...loadSettings(), demo });
    } catch (error) {
      if (attempt.signal.aborted) return;
      if (!(error instanceof SongProblem)) throw error;
      this.problem.value = error.message;
    } finally {
      if (!attempt.signal.aborted) this.loading.value = undefined;
    }
  }

  /** Puts a loaded song in the place of the one before. */
  #take({ title, element }: LoadedSong): void {
    this.#source?.disconnect();
    this.#source = undefined;
    const former = this.#element;
    this.#element = element;
    if (former) unload(former);
    element.loop = this.loop.value;
    this.title.value = title;
    this.#watch(element);
  }

  #watch(element: HTMLAudioElement): void {
    for (const event of ["play", "pause", "ended", "timeupdate", "seeked", "durationchange", "progress"]) {
      element.addEventListener(event, () => this.#follow(element));
    }
    element.addEventListener("error", () => {
      if (element !== this.#element) return;
      element.pause();
      this.problem.value = `“${this.title.value}” breaks off at ${formatTime(element.currentTime)}: the file is damaged there. Choose another song.`;
    });
  }

  #follow(element: HTMLAudioElement): void {
    if (element !== this.#element) return;
    this.playing.value = !element.paused && !element.ended;
    this.time.value = element.currentTime;
    this.duration.value = element.duration;
    this.buffered.value = bufferedShare(element);
  }

  async #wake(): Promise<void> {
    if (!(await this.output.resume())) throw new Error("The browser waits for a press.");
  }

  #halted(): void {
    if (!this.playing.value) return;
    this.pause();
    this.problem.value = "The browser has stopped the sound. Press Play to go on.";
  }
}

function bufferedShare({ buffered, duration }: HTMLAudioElement): number {
  if (buffered.length === 0 || !Number.isFinite(duration) || duration === 0) return 0;
  return Math.min(buffered.end(buffered.length - 1) / duration, 1);
}
