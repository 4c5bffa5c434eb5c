import { DEAL_ORDERS } from "./deal-orders.ts";

// What a host can choose for its wall. Apart from `wall.ts`, since no light waits for lists of choices.

/**
 * How flashes are limited: over the `wall` as a whole, on each `screen` by itself, or not at all (`off`).
 * `docs/flash-safety.md` describes what each of them guarantees.
 */
export const SAFETIES = ["wall", "screen", "off"] as const;

/**
 * Which band each screen shows. With a {@link DealOrder}, bands are dealt over the screens that are there.
 * With `own`, the person at the screen chooses it. The other rules spread the spectrum over the wall:
 * `octaves` with one octave for each column, `mirrored` from the middle outwards, `same` with one band for
 * all, `random` with a random one for each.
 */
export const RULES = [...DEAL_ORDERS, "own", "octaves", "mirrored", "same", "random"] as const;
export type Rule = (typeof RULES)[number];

/** Rules of version 0.1.0, which walls and scenes that were saved with it name, and what they are now. */
export const FORMER_RULES: Readonly<Record<string, Rule>> = { dealt: "rows", "low-high": "columns" };

/** How light moves over the wall. `client/light/patterns.ts` has the formulas. */
export const PATTERNS = ["bands", "spectrum", "ripple", "sweep", "unison", "beat"] as const;

/** The palettes that every wall has. `client/light/colour.ts` has their colours. */
export const PALETTE_NAMES = [
  "by-band",
  "ember",
  "aurora",
  "ocean",
  "ultraviolet",
  "neon",
  "meadow",
  "candle",
  "dusk",
  "blaze",
  "gilt",
  "orchid",
  "candy",
  "mono",
  "classic",
] as const;

/**
 * How frequencies are weighted against each other: equally (`none`), as the ear perceives them (`a`,
 * A-weighting), or along the slope of pink noise, which is typical of music (`pink`).
 */
export const WEIGHTINGS = ["none", "a", "pink"] as const;

/** Least gain of all levels. */
export const GAIN_MIN_DB = -20;
/** Greatest gain of all levels. */
export const GAIN_MAX_DB = 40;

/** Least and greatest energy of a wall; see {@link Show.energy}. */
export const ENERGY_MIN = 0.25;
export const ENERGY_MAX = 2;
