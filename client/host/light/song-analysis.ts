import { signal } from "@preact/signals";
import type { AnalysisCommand, AnalysisEvent } from "./analysis-worker.ts";
import { Powers } from "./powers.ts";
import { SongBeats } from "./song-beats.ts";

/** Longer files are decoded piece by piece only, which not every browser can; bytes. */
const WHOLE_MAX_BYTES = 40_000_000;

/** Analyses a file before it is played, in a worker, many times faster than it plays. */
export class SongAnalysis {
  readonly powers = new Powers();
  /** The beats of what is analysed; undefined before they were looked for. */
  readonly beats = signal<SongBeats | undefined>();
  /** The whole file is analysed. */
  isComplete = false;
  readonly #worker = new Worker(new URL("./analysis-worker.ts", import.meta.url), { type: "module" });

  constructor(file: Blob) {
    this.#worker.onmessage = ({ data: event }: MessageEvent<AnalysisEvent>) => {
      switch (event.type) {
        case "rows":
          for (const rows of event.rows) this.powers.add(rows);
          break;
        case "beats":
          this.beats.value = new SongBeats(event.beats);
          break;
        case "done":
          this.#end(true);
          break;
        case "failed":
          void this.#decodeWhole(file);
      }
    };
    this.#send({ type: "file", file });
  }

  close(): void {
    this.#worker.terminate();
  }

  /**
   * Lets the browser decode the file at once. It does so on any origin and knows more formats, but needs
   * memory for all of the sound.
   */
  async #decodeWhole(file: Blob): Promise<void> {
    if (file.size > WHOLE_MAX_BYTES || this.powers.durationMs > 0) return this.#end(false);
    try {
      const context = new OfflineAudioContext(1, 1, 48_000);
      const sound = await context.decodeAudioData(await file.arrayBuffer());
      const channels = Array.from({ length: sound.numberOfChannels }, (_, n) => sound.getChannelData(n));
      this.#send({ type: "sound", channels, rate: sound.sampleRate });
    } catch {
      this.#end(false);
    }
  }

  #end(isComplete: boolean): void {
    this.isComplete = isComplete;
    this.#worker.terminate();
  }

  #send(command: AnalysisCommand): void {
    this.#worker.postMessage(command);
  }
}
