import { useMemo, useRef } from "preact/hooks";
import { useFrames } from "../ui/frames.ts";
import type { Song } from "./song.ts";

const TILES = 32;
/** What the first tile stands for, in dB below full scale. */
const FLOOR_DB = 48;
/** Share of the meter that it falls in a second. */
const FALL = 1.4;
/** Seconds between two updates of what a screen reader may ask for. */
const TELL_S = 0.25;

/** The level of what leaves for the broadcast, after the volume: it moves if and only if sound goes out. */
export function Meter({ song }: { song: Song }) {
  const tiles = useRef<HTMLDivElement>(null);
  const meter = useMemo(() => new PeakMeter(), []);
  const untold = useRef(0);
  useFrames((elapsed) => {
    const row = tiles.current;
    if (!row) return;
    const level = meter.move(song.analyser, elapsed);
    const lit = Math.round(level * TILES);
    for (let n = 0; n < TILES; n++) row.children[n]!.classList.toggle("lit", n < lit);
    untold.current += elapsed;
    if (untold.current < TELL_S) return;
    untold.current = 0;
    row.setAttribute("aria-valuenow", String(Math.round(level * 100)));
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers do not let a <meter> be drawn as tiles of light
    <div
      ref={tiles}
      class="meter"
      role="meter"
      aria-label="Level of the sound that goes out"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
      data-testid="meter"
    >
      {Array.from({ length: TILES }, (_, n) => (
        <span key={n} style={{ "--place": n / (TILES - 1) }} />
      ))}
    </div>
  );
}

/** Rises with the sound at once, falls evenly. */
class PeakMeter {
  #samples = new Float32Array(2_048);
  #level = 0;

  /** @returns 0 (silence, or 48 dB below full scale) to 1 (full scale) */
  move(analyser: AnalyserNode | undefined, elapsed: number): number {
    const now = analyser ? this.#peak(analyser) : 0;
    this.#level = Math.max(now, this.#level - FALL * elapsed, 0);
    return this.#level;
  }

  #peak(analyser: AnalyserNode): number {
    analyser.getFloatTimeDomainData(this.#samples);
    let peak = 0;
    for (const sample of this.#samples) peak = Math.max(peak, Math.abs(sample));
    return Math.min(Math.max(1 + (20 * Math.log10(peak)) / FLOOR_DB, 0), 1);
  }
}
