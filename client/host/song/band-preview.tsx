import { useMemo, useRef } from "preact/hooks";
import { BANDS, type Bins, binsOf } from "../../light/band.ts";
import { colourOf, css, hueOf } from "../../light/colour.ts";
import { bandDb, Follower, fallMsOf } from "../../light/level.ts";
import { levelIn } from "../../light/light-map.ts";
import type { HostWall } from "../broadcast/host-wall.ts";
import { useAnimationFrame } from "../ui/animation-frame.ts";
import type { Song } from "./song.ts";

/** The bands with their labels, in the order of the tiles. */
const SHOWN = [
  ["Sub", BANDS.sub],
  ["Bass", BANDS.bass],
  ["Low mids", BANDS["low-mids"]],
  ["Mids", BANDS.mids],
  ["High mids", BANDS["high-mids"]],
  ["Presence", BANDS.presence],
  ["Brilliance", BANDS.brilliance],
] as const;

/** One tile for each band, with the colour that a screen with that band would show. */
export function BandPreview({ song, wall }: { song: Song; wall: HostWall }) {
  const tiles = useRef<HTMLDivElement>(null);
  const light = useMemo(() => new BandLight(), []);
  useAnimationFrame((elapsed) => {
    const levels = light.levels(song.analyser, wall, elapsed);
    for (const [n, level] of levels.entries()) {
      const tile = tiles.current?.children[n] as HTMLElement | undefined;
      if (!tile) continue;
      tile.style.background = css(colourOf(hueOf(SHOWN[n]![1]), level));
      (tile.firstElementChild as HTMLElement).style.opacity = level.toFixed(3);
    }
  });
  return (
    <section class="preview" aria-label="The light of each band">
      <div ref={tiles} class="tiles" data-testid="preview">
        {SHOWN.map(([name, band]) => (
          <span key={name} class="tile">
            <span class="glow" style={{ "--light": css(colourOf(hueOf(band), 0.7)) }} />
          </span>
        ))}
      </div>
      <div class="names small quiet" aria-hidden="true">
        {SHOWN.map(([name]) => (
          <span key={name}>{name}</span>
        ))}
      </div>
    </section>
  );
}

/** Computes a level for each band from what is broadcast. */
class BandLight {
  readonly #levels = SHOWN.map(() => new Follower());
  #spectrum = new Float32Array(0);
  #bins: Bins[] = [];

  /**
   * @param elapsed since the last call, s
   * @returns 0..1 for each band
   */
  levels(analyser: AnalyserNode | undefined, { spans, weights }: HostWall, elapsed: number): number[] {
    if (analyser) this.#measure(analyser);
    const now = performance.now();
    for (const [n, [, band]] of SHOWN.entries()) {
      const bins = this.#bins[n];
      const span = spans.peek().spanOf(band, now);
      const level = bins ? levelIn(span, bandDb(this.#spectrum, bins, weights.peek())) : 0;
      this.#levels[n]!.next(level, elapsed * 1_000, fallMsOf(band));
    }
    return this.#levels.map(({ level }) => level);
  }

  #measure(analyser: AnalyserNode): void {
    const { fftSize, context } = analyser;
    if (this.#bins.length === 0) {
      this.#spectrum = new Float32Array(analyser.frequencyBinCount);
      this.#bins = SHOWN.map(([, band]) => binsOf(band, context.sampleRate, fftSize));
    }
    analyser.getFloatFrequencyData(this.#spectrum);
  }
}
