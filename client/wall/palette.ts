import { OWN_PALETTE, type Show } from "#protocol/wall.ts";
import { ownPalette, PALETTES, type Palette, type PaletteName } from "../light/colour.ts";

let made: { key: string; palette: Palette } | undefined;

/** The palette that the host gives all screens; undefined where it is left to each, or not known here. */
export function paletteOf({ palette, colours }: Pick<Show, "palette" | "colours">): Palette | undefined {
  if (palette === null) return undefined;
  if (palette !== OWN_PALETTE)
    return Object.hasOwn(PALETTES, palette) ? PALETTES[palette as PaletteName] : undefined;
  const key = colours.join();
  if (made?.key !== key) made = { key, palette: ownPalette(colours) };
  return made.palette;
}
