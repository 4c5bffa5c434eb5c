import type { Band } from "../../../client/light/band.ts";

/** Frames that a screen paints in a second. */
export const FRAMES_PER_SECOND = 60;

/** A spectrum of a song, as screens compute them every 10 ms. */
export interface Moment {
  /** The media time of its middle, ms: what screens call it. */
  readonly media: number;
  /** dB for each of 1,024 bins, as an AnalyserNode has them without smoothing. */
  readonly spectrum: Float32Array;
}

/**
 * A way of making light of music: what a screen with solid light shows.
 * @param moments the whole song's spectra. A way for live sound must not look ahead.
 * @param seconds length of the song
 * @param band what the screen shows
 * @returns lightness (CIE L*, 0..1) of each frame, from the song's begin on
 */
export type Way = (moments: readonly Moment[], seconds: number, band: Band) => Float32Array;

/** Calls `show` for each frame with the newest spectrum there is by then. Before the first, light is out. */
export function eachFrame(
  moments: readonly Moment[],
  seconds: number,
  show: (spectrum: Float32Array) => number,
): Float32Array {
  let newest = -1;
  return Float32Array.from({ length: Math.floor(seconds * FRAMES_PER_SECOND) }, (_, frame) => {
    const media = (frame * 1_000) / FRAMES_PER_SECOND;
    while (newest + 1 < moments.length && moments[newest + 1]!.media <= media) newest++;
    return newest < 0 ? 0 : show(moments[newest]!.spectrum);
  });
}
