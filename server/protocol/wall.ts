/**
 * How flashes are limited: over the `wall` as a whole, by each `screen` for itself, or not at all.
 * `docs/flash-safety.md` tells what each of them promises.
 */
export const SAFETIES = ["wall", "screen", "off"] as const;
export type Safety = (typeof SAFETIES)[number];

/**
 * Which band each screen shows: its `own` (chosen there), or the spectrum spread over the wall: `low-high`
 * from left to right, an octave for each in `octaves`, `mirrored` from the middle, the `same` for all, one at
 * `random`.
 */
export const RULES = ["own", "low-high", "octaves", "mirrored", "same", "random"] as const;
export type Rule = (typeof RULES)[number];

/** How the wall moves; `client/light/patterns.ts` has the formulas. */
export const PATTERNS = ["bands", "spectrum", "ripple", "sweep", "unison", "beat"] as const;
export type Pattern = (typeof PATTERNS)[number];

/**
 * What frequencies weigh against each other: all the same (`none`), as the ear hears them (`a`), or as music
 * falls (`pink`).
 */
export const WEIGHTINGS = ["none", "a", "pink"] as const;
export type Weighting = (typeof WEIGHTINGS)[number];

/** What levels may be raised by, dB. */
export const GAIN_MIN_DB = -20;
export const GAIN_MAX_DB = 40;

/** The palette that a host makes itself: its name, and how many colours it may have. */
export const OWN_PALETTE = "own";
export const COLOURS_MIN = 2;
export const COLOURS_MAX = 5;

/** How a screen looks; `client/wall/scene` has the scenes, of which each screen shows its part. */
export const MODES = ["solid", "bars", "rings", "particles"] as const;
export type Mode = (typeof MODES)[number];
/** Those that are pictures. */
export type SceneMode = Exclude<Mode, "solid">;

/** Limits of what a host may write. */
export const NAME_MAX = 40;
export const TEXT_MAX = 120;
/** Places on a wall: 0 to this, less the screen's own size. */
export const PLACES = 256;
export const SIZE_MAX = 16;

/** Edges lie on this part of a place: a power of two, so that sums of them are exact. */
export const EDGE_PARTS = 64;

/** An interval in Hz. */
export interface BandHz {
  low: number;
  high: number;
}

/** What the host does by hand, to one screen or to all. */
export interface Hand {
  blackout: boolean;
  /** Holds the colour that is shown. */
  freeze: boolean;
  /** 0..1, by which the light is multiplied. */
  brightness: number;
  /** Words over the light; "" for none. */
  text: string;
}

/** What all screens of a wall do; the host's to set. */
export interface Show {
  safety: Safety;
  rule: Rule;
  /** Whether a person at a screen may choose its band against the rule. */
  ownBands: boolean;
  /** Name of the palette of all screens, which may be {@link OWN_PALETTE}; null leaves it to each. */
  palette: string | null;
  /** The host's own palette, as `#rrggbb`: from black through these. */
  colours: string[];
  /** How all screens look; null leaves it to each. */
  mode: Mode | null;
  pattern: Pattern;
  /** The place where a ripple starts; null is the middle of the wall. */
  origin: { x: number; y: number } | null;
  weighting: Weighting;
  /** What all levels are raised by, dB; null lets it follow the song, as the host's page measures it. */
  gainDb: number | null;
  hand: Hand;
}

/** A screen's place in the wall; it survives the screen, its host and the server. */
export interface Screen {
  /** Kept by the screen's browser. */
  id: string;
  /** From 1, in the order of coming; what the screen shows to be told from others. */
  number: number;
  name: string;
  /** Left and upper edge, and size, in places of the grid; edges may lie between them. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** Set by hand; null lets the rule decide. */
  band: BandHz | null;
  /** Locked out: stays dark. */
  locked: boolean;
  hand: Hand;
}

/** The part of a screen that its host sets. */
export type Arranged = Omit<Screen, "number">;

/** What the person at a screen has chosen and it shows; null where the wall decides. */
export interface Chosen {
  band: BandHz | null;
  palette: string | null;
}

/** A screen as its host sees it. */
export interface ScreenSeen extends Screen {
  /** Whether it is there now. */
  present: boolean;
  chosen: Chosen;
}

/** The smallest rectangle of places that holds every screen. */
export interface Extent {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const NOTHING_CHOSEN: Chosen = { band: null, palette: null };

export const NO_HAND: Hand = { blackout: false, freeze: false, brightness: 1, text: "" };

/** What a new wall does. */
export const FIRST_SHOW: Show = {
  safety: "wall",
  rule: "own",
  ownBands: true,
  palette: null,
  colours: ["#31106b", "#d1266c", "#ffd36b"],
  mode: null,
  pattern: "bands",
  origin: null,
  weighting: "pink",
  gainDb: null,
  hand: NO_HAND,
};
