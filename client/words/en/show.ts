import type { Pattern, Rule, Weighting } from "#protocol/wall.ts";
import { words } from "../words.ts";

/** The panel of what all screens show. */
export const showPanel = words("console/show", {
  title: "Light of all screens",
  look: "Look",
  eachChooses: "Each screen chooses",
  solid: "Solid: one colour",
  pattern: "Pattern",
  bands: "Bands",
  ownBands: "People may choose their own band",
  wholeRange: "Use the whole range from dark to bright in every band of the song",
  gain: "Gain",
  highNotes: "High notes",
});

/** How light moves over the wall, in that panel. */
export const patternChoices = words("console/patterns", {
  bands: "Bands: one each",
  spectrum: "Spectrum: analyser",
  ripple: "Ripple: beat outward",
  sweep: "Sweep: light passes",
  unison: "Unison: all as one",
  beat: "Beat: all flash",
} satisfies Record<Pattern, string>);

/** Which band each screen shows, in that panel. */
export const ruleChoices = words("console/rules", {
  rows: "Low to high, row by row",
  snake: "Low to high, in a snake",
  columns: "Low to high, by columns",
  own: "Each screen chooses",
  octaves: "An octave each column",
  mirrored: "Low in the middle",
  same: "All the same",
  random: "At random",
} satisfies Record<Rule, string>);

/** Why the choice of bands has no effect, below it. */
export const noBandsBecause = words("console/no-bands-because", {
  look: "This look shows all bands on every screen.",
  spectrum: "This pattern spreads all bands over the wall.",
  whole: "With this pattern every screen follows the whole sound.",
});

/** How bright high notes are, in that panel. */
export const weightingChoices = words("console/weightings", {
  pink: "As bright as bass",
  a: "As the ear hears them",
  none: "As in the file",
} satisfies Record<Weighting, string>);
