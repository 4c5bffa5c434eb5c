import type { Figures } from "./metrics.ts";

/** What light must reach in every band, medians over songs. Lightness is CIE L*, 0..1. */
export const AIMS = {
  rangeMin: 0.85,
  p5Max: 0.1,
  riseAtBeatMin: 0.28,
  atFullMax: 0.08,
  travelPerSMax: 3.5,
  /** The rise at a beat beside that of LedFx's way, which has the most of all others. */
  riseBesideLedfxMin: 0.9,
  /** What the whole-wall guard may take of the rise at a beat, with `--guard`. */
  riseLostMax: 0.1,
} as const;

/** The least range of the lightness that a screen paints, with the flash guard on. */
export const PAINTED_RANGE_MIN = 0.75;

/** What the flash guard leaves. */
export interface Guarded {
  range: number;
  riseAtBeat: number | undefined;
  /** Share of the rise at a beat that is lost. */
  riseLost: number | undefined;
}

/** The figures of one band. */
export interface BandFigures {
  lightwall: Figures & { guarded?: Guarded };
  ledfx: Figures;
}

/** Every aim that a band misses, as a person reads it: "bass range 0.38, aim 0.85 at least". */
export function missedOf(band: string, { lightwall, ledfx }: BandFigures): string[] {
  const missed: string[] = [];
  const atLeast = (name: string, value: number | undefined, aim: number) => {
    if (!(value !== undefined && value >= aim)) missed.push(`${band} ${name} ${value}, aim ${aim} at least`);
  };
  const atMost = (name: string, value: number | undefined, aim: number) => {
    if (!(value !== undefined && value <= aim)) missed.push(`${band} ${name} ${value}, aim ${aim} at most`);
  };
  atLeast("range", lightwall.range, AIMS.rangeMin);
  atMost("p5", lightwall.p5, AIMS.p5Max);
  atLeast("riseAtBeat", lightwall.riseAtBeat, AIMS.riseAtBeatMin);
  atMost("atFull", lightwall.atFull, AIMS.atFullMax);
  atMost("travelPerS", lightwall.travelPerS, AIMS.travelPerSMax);
  if (!(lightwall.range > ledfx.range)) {
    missed.push(`${band} range ${lightwall.range}, aim above LedFx's ${ledfx.range}`);
  }
  const besides = Math.round(1_000 * AIMS.riseBesideLedfxMin * (ledfx.riseAtBeat ?? 0)) / 1_000;
  atLeast("riseAtBeat beside LedFx's", lightwall.riseAtBeat, besides);
  if (lightwall.guarded) {
    atLeast("guarded range", lightwall.guarded.range, AIMS.rangeMin);
    atMost("riseLost", lightwall.guarded.riseLost, AIMS.riseLostMax);
  }
  return missed;
}
