import { signal } from "@preact/signals";
import type { Progress } from "./demo-song.ts";

/** A song that is being loaded. */
export interface Loading {
  /** The file's; undefined for the demo song. */
  readonly name: string | undefined;
  /** 0..1, or undefined while the browser reads the file. */
  readonly fetched: number | undefined;
}

/** Loads what the host has chosen. Only the last choice counts. */
export class Choice {
  /** What the host waits for. */
  readonly loading = signal<Loading | undefined>();
  #last = new AbortController();

  /** Ends what is being loaded. */
  cancel(): void {
    this.#last.abort();
    this.loading.value = undefined;
  }

  /**
   * @returns what was loaded; undefined if the host has chosen something else meanwhile
   * @throws SongProblem if it cannot be loaded
   */
  async load<Loaded>(
    name: Loading["name"],
    load: (progress: Progress, signal: AbortSignal) => Promise<Loaded>,
  ): Promise<Loaded | undefined> {
    this.cancel();
    const choice = new AbortController();
    this.#last = choice;
    const tell = (fetched: number | undefined) => {
      if (!choice.signal.aborted) this.loading.value = { name, fetched };
    };
    tell(undefined);
    try {
      return await load(tell, choice.signal);
    } catch (error) {
      if (!choice.signal.aborted) throw error;
      return undefined;
    } finally {
      if (!choice.signal.aborted) this.loading.value = undefined;
    }
  }
}
