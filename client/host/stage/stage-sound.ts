import type { LiveSound } from "../song/live-source.ts";
import type { Song } from "../song/song.ts";

/** What the sound of a stage needs of the songs. */
type Plays = Pick<Song, "playing" | "hear" | "play"> & { readonly live: Pick<Song["live"], "sound"> };

/** The sound from the stage in place of the songs, and then the song again that it has interrupted. */
export class StageSound {
  readonly #sound: LiveSound;
  readonly #song: Plays;
  #interruptsSong = false;
  #hasEnded = false;

  constructor(sound: LiveSound, song: Plays) {
    this.#sound = sound;
    this.#song = song;
  }

  /** Lets the wall hear it, also again after the host has chosen something else. */
  async begin(): Promise<void> {
    if (this.#isHeard) return;
    const { live, playing } = this.#song;
    this.#interruptsSong = playing.peek() && live.sound.peek() === undefined;
    await this.#song.hear(this.#sound);
    // The stage may have ended while the browser got its audio ready.
    if (this.#hasEnded) this.#stop();
  }

  /** The song goes on, unless the host has done something with the sound meanwhile. */
  end(): void {
    this.#hasEnded = true;
    this.#stop();
  }

  get #isHeard(): boolean {
    return this.#song.live.sound.peek() === this.#sound;
  }

  #stop(): void {
    if (!this.#isHeard) return;
    // The song begins before the live sound ends, so that the wall is not sent a pause between them.
    if (this.#interruptsSong) void this.#song.play();
    else this.#sound.onEnd();
  }
}
