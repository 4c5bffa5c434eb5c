import { signal } from "@preact/signals";
import { Powers } from "../../light/powers.ts";
import type { TrackedBeats } from "../../light/tempo/beat-tracker.ts";
import type { AnalysisCommand, AnalysisEvent } from "./analysis-worker.ts";
import type { Loudness } from "./loudness.ts";

/** Longer files are decoded piece by piece only, which not every browser can; bytes. */
const WHOLE_MAX_BYTES = 40_000_000;

/** Analyses a file before it is played, in a worker, many times faster than it plays. */
export class SongAnalysis {
  readonly powers = new Powers();
  /** The rhythm of what is analysed; undefined before it was looked for. */
  readonly tracked = signal<TrackedBeats | undefined>();
  /** How loud the whole song is; undefined before all of it is analysed. */
  readonly loudness = signal<Loudness | undefined>();
  /** How much of the song is analysed, ms. */
  readonly analysedMs = signal(0);
  /** More will be analysed. */
  readonly isRunning = signal(true);
  /** The whole file is analysed. */
  isComplete = false;
  readonly #worker = new Worker(new URL("./analysis-worker.ts", import.meta.url), { type: "module" });

  constructor(file: Blob) {
    this.#worker.onmessage = ({ data: event }: MessageEvent<AnalysisEvent>) => {
      switch (event.type) {
        case "rows":
          this.powers.add(event.rows);
          this.analysedMs.value = this.powers.durationMs;
          break;
        case "beats":
          this.tracked.value = event.beats;
          break;
        case "done":
          this.loudness.value = event.loudness;
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
    this.isRunning.value = false;
    this.#worker.terminate();
  }

  #send(command: AnalysisCommand): void {
    this.#worker.postMessage(command);
  }
}
