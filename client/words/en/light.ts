import { words } from "../words.ts";

/** What the bands are called. */
export const bandNames = words("shared/bands", {
  all: "All",
  sub: "Sub",
  bass: "Bass",
  "low-mids": "Low mids",
  mids: "Mids",
  "high-mids": "High mids",
  presence: "Presence",
  brilliance: "Brilliance",
});

/** What the palettes are called. */
export const paletteNames = words("shared/palettes", {
  "by-band": "By band",
  ember: "Ember",
  aurora: "Aurora",
  ocean: "Ocean",
  ultraviolet: "Ultraviolet",
  neon: "Neon",
  meadow: "Meadow",
  candle: "Candle",
  dusk: "Dusk",
  blaze: "Fire and ice",
  gilt: "Gold on blue",
  orchid: "Orchid and lime",
  candy: "Pink and turquoise",
  mono: "Mono",
  classic: "Classic",
});

/** What the looks are called, where there is no room to explain them. */
export const lookNames = words("shared/looks", {
  solid: "Solid",
  bars: "Bars",
  rings: "Rings",
  particles: "Particles",
  flow: "Flow",
  stencil: "Words or logo",
  picture: "Picture",
});
