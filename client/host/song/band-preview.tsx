import { useMemo, useRef } from "preact/hooks";
import { BANDS, type Bins, binsOf, fftSizeFor } from "../../light/band.ts";
import { colourOf, css, PALETTES } from "../../light/colour.ts";
import { follow, type Measure, powerLevel } from "../../light/level.ts";
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
    const colours = light.colours(song.analyser, wall.measure.peek(), elapsed);
    for (const [n, colour] of colours.entries()) {
      const tile = tiles.current?.children[n] as HTMLElement | undefined;
      tile?.style.setProperty("--light", colour);
    }
  });
  return (
    <section class="preview" aria-label="The light of each band">
      <div ref={tiles} class="tiles" data-testid="preview">
        {SHOWN.map(([name]) => (
          <span key={name} class="tile" />
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

/** Computes a colour for each band from what is broadcast. */
class BandLight {
  readonly #levels = SHOWN.map(() => 0);
  #spectrum = new Float32Array(0);
  #bins: Bins[] = [];

  colours(analyser: AnalyserNode | undefined, measure: Measure, elapsed: number): string[] {
    if (analyser) this.#measure(analyser);
    for (const [n, level] of this.#levels.entries()) {
      const bins = this.#bins[n];
      this.#levels[n] = follow(level, bins ? powerLevel(this.#spectrum, bins, measure) : 0, elapsed);
    }
    return this.#levels.map((level) => css(colourOf(PALETTES.ember, level)));
  }

  #measure(analyser: AnalyserNode): void {
    const { sampleRate } = analyser.context;
    const fftSize = fftSizeFor(sampleRate);
    if (this.#bins.length === 0) {
      analyser.fftSize = fftSize;
      this.#spectrum = new Float32Array(analyser.frequencyBinCount);
      this.#bins = SHOWN.map(([, band]) => binsOf(band, sampleRate, fftSize));
    }
    analyser.getFloatFrequencyData(this.#spectrum);
  }
}
