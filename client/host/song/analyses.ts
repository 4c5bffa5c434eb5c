import { batch, effect, signal } from "@preact/signals";
import type { Loudness } from "../analysis/loudness.ts";
import { SongAnalysis } from "../analysis/song-analysis.ts";

/** What is analysed. */
interface Analysed {
  readonly id: string;
  readonly file: Blob;
}

/** Analyses the present song and then the next one, so that light knows each from its beginning. */
export class Analyses {
  readonly present = signal<SongAnalysis | undefined>();
  readonly #onLoudness: (id: string, loudness: Loudness) => void;
  readonly #known = new Map<string, SongAnalysis>();
  readonly #next = signal<Analysed | undefined>();

  /** @param onLoudness called when it is known how loud a song is as a whole */
  constructor(onLoudness: (id: string, loudness: Loudness) => void) {
    this.#onLoudness = onLoudness;
    effect(() => {
      const next = this.#next.value;
      if (next && !this.present.value?.isRunning.value) this.#analyse(next);
    });
  }

  /** Analyses the present song, and then the one that comes next, as far as they are known. */
  follow(present: Analysed | undefined, next: Analysed | undefined): void {
    for (const [id, analysis] of this.#known) {
      if (id === present?.id || id === next?.id) continue;
      analysis.close();
      this.#known.delete(id);
    }
    batch(() => {
      this.present.value = present && this.#analyse(present);
      this.#next.value = next;
    });
  }

  #analyse({ id, file }: Analysed): SongAnalysis {
    const known = this.#known.get(id);
    if (known) return known;
    const analysis = new SongAnalysis(file);
    this.#known.set(id, analysis);
    effect(() => {
      if (analysis.loudness.value) this.#onLoudness(id, analysis.loudness.value);
    });
    return analysis;
  }
}
