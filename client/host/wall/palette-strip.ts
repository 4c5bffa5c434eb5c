import { colourOf, css, type Palette } from "../../light/colour.ts";
import { pitchPalette } from "../../wall/look/palette.ts";

/** Stops of the gradient: enough to hide that CSS mixes colours in another colour space. */
const STOPS = 17;
/** The level at which a palette that differs by band is shown: bright, and not yet pale. */
const BRIGHT = 0.75;

/** A CSS gradient of a palette: over all levels, or over all pitches where bands differ in it. */
export function strip(palette: Palette): string {
  const stops = Array.from({ length: STOPS }, (_, n) => {
    const share = n / (STOPS - 1);
    return css(palette.of ? colourOf(pitchPalette(palette, share, 0), BRIGHT) : colourOf(palette, share));
  });
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}
