import { effect, signal } from "@preact/signals";
import { loadSettings, saveSettings } from "../ui/settings.ts";

/** How songs are played. The browser keeps it between visits. */
export class SongSettings {
  readonly #kept = loadSettings();
  /** The position of the slider of this computer's volume, 0..1. */
  readonly volume = signal(this.#kept.volume);
  readonly loop = signal(this.#kept.loop);
  readonly shuffle = signal(this.#kept.shuffle);
  /** How long two songs are heard together, s. */
  readonly crossfade = signal(this.#kept.crossfade);
  /** Whether all songs are made equally loud. */
  readonly evenLoudness = signal(this.#kept.evenLoudness);
  /** Whether this computer plays the song too. */
  readonly localSound = signal(this.#kept.localSound);
  /** How much later than the light this computer's own sound is to be, ms; negative if earlier. */
  readonly soundTrim = signal(this.#kept.soundTrim);

  constructor() {
    effect(() => {
      const [loop, shuffle, crossfade] = [this.loop.value, this.shuffle.value, this.crossfade.value];
      const [volume, localSound, soundTrim] = [
        this.volume.value,
        this.localSound.value,
        this.soundTrim.value,
      ];
      const evenLoudness = this.evenLoudness.value;
      const now = { volume, loop, shuffle, crossfade, evenLoudness, localSound, soundTrim };
      saveSettings({ ...loadSettings(), ...now });
    });
  }

  /** Changes what is repeated: nothing, all songs, this song. */
  changeLoop(): void {
    this.loop.value = ({ off: "all", all: "one", one: "off" } as const)[this.loop.peek()];
  }

  /**
   * Plays songs in a random order, or again in that of the queue.
   * @param first the id of the song that is played now
   */
  setShuffle(isOn: boolean, first = ""): void {
    this.shuffle.value = isOn ? { seed: Math.random(), first } : null;
  }
}
