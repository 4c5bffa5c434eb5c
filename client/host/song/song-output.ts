import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { songProblems } from "../../words/en/song.ts";
import { SAMPLE_RATE_HZ } from "../broadcast/uplink.ts";
import { Output } from "./output.ts";
import { SongProblem } from "./song-problem.ts";
import type { SongSettings } from "./song-settings.ts";

/** What is heard. */
interface Heard {
  readonly playing: ReadonlySignal<boolean>;
  readonly live: { readonly mutesLoudspeaker: ReadonlySignal<boolean> };
  readonly settings: SongSettings;
  readonly problem: Signal<string>;
  pause(): void;
  renew(): void;
}

/** The output of the page's songs, which is made at the first press that needs it, as it is set. */
export class SongOutput {
  /** What is broadcast, once there is an output; another one if its audio graph is replaced. */
  readonly track = signal<MediaStreamTrack | undefined>();
  readonly #heard: Heard;
  #output: Output | undefined;

  constructor(heard: Heard) {
    this.#heard = heard;
    effect(() => this.#apply());
  }

  /** undefined until one is made. */
  get made(): Output | undefined {
    return this.#output;
  }

  /** Of the audio graph, or what it will have most likely; Hz. */
  get sampleRate(): number {
    return this.#output?.sampleRate ?? SAMPLE_RATE_HZ;
  }

  /**
   * The first call makes it, and must be in a handler of a press.
   * @throws SongProblem if the browser has no sound
   */
  get(): Output {
    if (this.#output) return this.#output;
    const heard = this.#heard;
    try {
      this.#output = new Output({
        isWanted: () => heard.playing.peek(),
        onRebuilt: () => {
          this.track.value = this.#output?.track;
          heard.renew();
        },
        onHalt: () => {
          heard.pause();
          heard.problem.value = songProblems().halted;
        },
      });
    } catch (cause) {
      throw new SongProblem(songProblems().noOutput, { cause });
    }
    this.track.value = this.#output.track;
    this.#apply();
    return this.#output;
  }

  /** The same, but undefined if the browser has no sound, of which the host is told. */
  try(): Output | undefined {
    try {
      return this.get();
    } catch (error) {
      if (!(error instanceof SongProblem)) throw error;
      this.#heard.problem.value = error.message;
      return undefined;
    }
  }

  #apply(): void {
    const { settings, live } = this.#heard;
    const [volume, isOn] = [settings.volume.value, settings.localSound.value];
    const isHeard = isOn && !live.mutesLoudspeaker.value;
    this.#output?.setVolume(volume);
    this.#output?.setLocalSound(isHeard);
  }
}
