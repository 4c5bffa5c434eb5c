import type { PALETTE_NAMES, PATTERNS, Rule, SAFETIES, WEIGHTINGS } from "./wall-choices.ts";

export type Safety = (typeof SAFETIES)[number];

export type { Rule } from "./wall-choices.ts";

export type Pattern = (typeof PATTERNS)[number];

export type Weighting = (typeof WEIGHTINGS)[number];

export type PaletteName = (typeof PALETTE_NAMES)[number];

/** Name of the palette that a host makes itself. */
export const OWN_PALETTE = "own";
/** Fewest colours of the host's own palette. */
export const COLOURS_MIN = 2;
/** Most colours of the host's own palette. */
export const COLOURS_MAX = 5;

/** How a screen looks. Each mode but `solid` is a look (`client/wall/look`) of which it shows its part. */
export const MODES = ["solid", "bars", "rings", "particles", "flow", "stencil", "picture"] as const;
export type Mode = (typeof MODES)[number];
/** The modes that show part of a look. */
export type LookMode = Exclude<Mode, "solid">;

/** Longest name of a screen, in UTF-16 units. */
export const NAME_MAX = 40;
/** Longest text on a screen, in UTF-16 units. */
export const TEXT_MAX = 120;
/** Places of the wall's grid, across and down. */
export const PLACES = 256;
/** Greatest width and height of a screen, in places. */
export const SIZE_MAX = 16;

/** Edges lie on multiples of 1/64 of a place. It is a power of two, so sums of edges are exact. */
export const EDGE_PARTS = 64;

/** An interval in Hz. */
export interface BandHz {
  low: number;
  high: number;
}

/** Manual control by the host, of one screen or of all. */
export interface Hand {
  blackout: boolean;
  /** Keeps the colour that is shown now. */
  freeze: boolean;
  /** Factor of the light, 0..1. */
  brightness: number;
  /** Text over the light; "" for none. */
  text: string;
}

/**
 * How a picture is put into the wall: it fills the wall and is cut at two edges (`fill`), is whole with dark
 * edges (`fit`), or is stretched to the wall's shape (`stretch`).
 */
export const PICTURE_FITS = ["fill", "fit", "stretch"] as const;

/** What the level of a screen's band changes of a picture; `none` shows the picture as it is. */
export const PICTURE_MOVES = ["none", "brightness", "colour", "displacement"] as const;

/** Greatest width of the frames between two neighbouring screens, in places. */
export const BEZEL_MAX = 0.5;

/** How the wall shows its picture. */
export interface PictureShow {
  fit: (typeof PICTURE_FITS)[number];
  /** Clockwise turn of the picture in the wall, degrees. */
  turn: 0 | 90 | 180 | 270;
  /** Width of what lies between the light of two neighbouring screens, in places: it hides its part. */
  bezel: number;
  moves: (typeof PICTURE_MOVES)[number];
}

/** Settings that apply to all screens of a wall. The host sets them. */
export interface Show {
  safety: Safety;
  rule: Rule;
  /** Whether a person at a screen may choose another band than the rule gives it. */
  ownBands: boolean;
  /** Name of the palette of all screens, or {@link OWN_PALETTE}; null lets each screen choose. */
  palette: PaletteName | typeof OWN_PALETTE | null;
  /** The host's own palette: black, then these colours, as `#rrggbb`. */
  colours: string[];
  /** How all screens look; null lets each screen choose. */
  mode: Mode | null;
  pattern: Pattern;
  /** The place where a ripple starts; null for the middle of the wall. */
  origin: { x: number; y: number } | null;
  /** Id of the wall's stencil (`stencil.ts`), as the server sets it; null for the one that every page has. */
  stencil: string | null;
  weighting: Weighting;
  /** Gain of all levels, dB; null follows the song's level, which the host's page measures. */
  gainDb: number | null;
  /** How much beginnings of sounds stand out, and how fast light falls after them: 1 as usual, 2 twice. */
  energy: number;
  hand: Hand;
  /** Whether the text of all screens is one text over the whole wall, of which each screen shows its part. */
  spreadText: boolean;
  /** Whether the text of all screens runs through, instead of standing. */
  scrollText: boolean;
  /** Whether a tap on a screen is shown as a spark on its tile in the console. */
  sparks: boolean;
  picture: PictureShow;
}

/** A screen of a wall, present or not. It is kept when screen or host leave, and over restarts. */
export interface Screen {
  /** Stored by the screen's browser. */
  id: string;
  /** From 1, in the order of joining. A screen shows it to identify itself. */
  number: number;
  name: string;
  /** Left edge, in places of the grid; may lie between two places. */
  x: number;
  /** Upper edge, like `x`. */
  y: number;
  /** In places. */
  width: number;
  height: number;
  /** Set by the host; null lets the rule decide. */
  band: BandHz | null;
  /** The host has locked the screen: it stays dark. */
  locked: boolean;
  /** It shows the whole picture, and not its window of it. */
  wholePicture?: boolean | undefined;
  hand: Hand;
}

/** The part of a screen that its host sets. */
export type Arranged = Omit<Screen, "number">;

/** What the person at a screen has chosen; null where the wall decides. */
export interface Chosen {
  band: BandHz | null;
  palette: PaletteName | null;
}

/** The part of the spectrum that a screen is dealt: this one of so many equal parts, from low to high. */
export interface Dealt {
  /** 0 for the lowest. */
  index: number;
  of: number;
}

/** A screen as its host sees it. */
export interface ScreenSeen extends Screen {
  /** null in a large wall, where it follows from the screen's place (`dealtByPlace`). */
  dealt: Dealt | null;
  /** Whether it is there now. */
  present: boolean;
  /** Whether it has a place on the wall. One that is away holds its place for a while. */
  onWall: boolean;
  chosen: Chosen;
}

/** A rectangle of places. The extent of a wall is the smallest one that holds every screen. */
export interface Extent {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const NOTHING_CHOSEN: Chosen = { band: null, palette: null };

export const NO_HAND: Hand = { blackout: false, freeze: false, brightness: 1, text: "" };

/** The settings of a new wall. */
export const FIRST_SHOW: Show = {
  safety: "wall",
  rule: "rows",
  ownBands: true,
  palette: null,
  colours: ["#31106b", "#d1266c", "#ffd36b"],
  mode: null,
  pattern: "bands",
  origin: null,
  stencil: null,
  weighting: "pink",
  gainDb: null,
  energy: 1,
  hand: NO_HAND,
  spreadText: false,
  scrollText: false,
  sparks: true,
  picture: { fit: "fill", turn: 0, bezel: 0, moves: "brightness" },
};

/**
 * Time from a change of the wall to its effect, ms. By then every screen has received it, so that all change
 * together.
 */
export const NOTICE_MS = 200;
