import type { Band } from "../../light/band.ts";
import type { Palette } from "../../light/colour.ts";
import { pitchBand, type Spot } from "../../light/layout.ts";

/** Half the width of the band of a pitch: narrow, so that its middle decides. */
const HALF_WIDTH = 0.01;

/**
 * What a palette is for a band, at a time of the wall clock.
 * @param wall ms
 * @param place where the screen is, from which a band of all pitches may take its hue
 */
export function bandPalette(
  palette: Palette,
  band: Band,
  wall: number,
  place?: Pick<Spot, "column" | "row">,
): Palette {
  const own = palette.of?.(band, place) ?? palette;
  return own.at?.(wall) ?? own;
}

/** What a palette is for a pitch, 0..1, at a time of the wall clock, ms. */
export function pitchPalette(palette: Palette, pitch: number, wall: number): Palette {
  return bandPalette(palette, pitchBand(pitch - HALF_WIDTH, pitch + HALF_WIDTH), wall);
}
