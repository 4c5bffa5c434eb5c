import type { Show } from "#protocol/wall.ts";
import { BandLevels } from "../light/band-levels.ts";
import type { Beats } from "../light/beats.ts";
import type { Spans } from "../light/light-map.ts";
import type { ScreenTask } from "../light/screen-light.ts";
import type { LookMoment } from "./look/moment.ts";
import type { Stage } from "./look/stage.ts";
import { Stencils } from "./stencils.ts";

/** No music. */
const SILENCE: LookMoment["bands"] = { level: () => 0, whole: () => 0 };

/** The times and the music of an animation frame. */
export interface Playing {
  /** Time of the frame, ms. */
  now: number;
  /** The wall clock, ms. */
  wall: number;
  /** Media time to paint, ms. */
  media: number;
  beats: Beats;
  /** What is dark and what is bright. */
  spans: Spans;
}

/**
 * Makes the input of a look from spectra: for a screen, for the console's tiles and for its preview, so that
 * all of them draw the same.
 */
export class Moments {
  readonly #sampleRate: () => number;
  readonly #stencils = new Stencils();
  #bands: BandLevels | undefined;
  /** Sample rate of the spectra in {@link #bands}, Hz. */
  #rate = 0;
  #moment: LookMoment | undefined;

  /** @param sampleRate returns the sample rate of the spectra, Hz */
  constructor(sampleRate: () => number) {
    this.#sampleRate = sampleRate;
  }

  /**
   * Adds a spectrum at its media time, ms.
   * @param spectrum dB per bin
   * @param weights factor for the power of each bin
   */
  add(spectrum: Float32Array, media: number, weights: Float32Array | undefined): void {
    const rate = this.#sampleRate();
    if (rate !== this.#rate) this.#bands = new BandLevels(rate, spectrum.length * 2);
    this.#rate = rate;
    this.#bands?.add(spectrum, media, weights);
  }

  /** The level of the whole spectrum in the moment made last, 0..1. */
  get level(): number {
    return this.#bands?.whole(0) ?? 0;
  }

  /**
   * The moment to paint; the one before while the host freezes it; undefined before any spectrum.
   * @param mayBeSilent whether there is one of silence before any spectrum
   */
  at(
    { now, wall, media, beats, spans }: Playing,
    stage: Stage,
    { energy, pattern, hand }: Pick<ScreenTask, "energy" | "pattern" | "hand">,
    stencil: Show["stencil"],
    mayBeSilent = false,
  ): LookMoment | undefined {
    const bands = this.#bands ?? (mayBeSilent ? SILENCE : undefined);
    if (!bands || (hand.freeze && this.#moment)) return this.#moment && { ...this.#moment, stage };
    this.#bands?.seek(media, spans, energy);
    const beatAges = beats.at(media).map((beat) => media - beat);
    const inBar = beats.inBar(media);
    const shape = this.#stencils.shape(stencil, now, wall);
    this.#moment = { stage, pattern, wall, media, inBar, shape, bands, beatAges };
    return this.#moment;
  }
}
