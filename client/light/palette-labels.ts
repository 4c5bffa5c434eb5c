import type { PaletteName } from "./colour.ts";

/** What people call the palettes. Apart from them, because no light waits for it. */
export const PALETTE_LABELS: Record<PaletteName, string> = {
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
};
