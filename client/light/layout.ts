import type { Dealt, Extent, Screen, Show } from "#protocol/wall.ts";
import { BANDS, type Band } from "./band.ts";

/** The range of frequencies that is spread over a wall: most music has nothing outside of it. */
const LOWEST_HZ = 31.25;
const HIGHEST_HZ = 16_000;
const OCTAVES = Math.log2(HIGHEST_HZ / LOWEST_HZ);

/** Where a screen is in its wall, in places of the grid from the wall's top left. */
export interface Spot {
  /** The column of its left edge. */
  column: number;
  /** The row of its lower edge, counted from the bottom. */
  row: number;
  /** Size of the wall. */
  columns: number;
  rows: number;
  /** Its centre. */
  x: number;
  y: number;
  /** From its centre to where ripples start. */
  distance: number;
}

type Area = Pick<Screen, "x" | "y" | "width" | "height">;

/** A screen's spot in a wall of this extent. */
export function spotOf(screen: Area, extent: Extent, origin: Show["origin"]): Spot {
  const [columns, rows] = [extent.width, extent.height];
  const x = screen.x - extent.x + screen.width / 2;
  const y = screen.y - extent.y + screen.height / 2;
  const from = origin
    ? { x: origin.x - extent.x + 0.5, y: origin.y - extent.y + 0.5 }
    : { x: columns / 2, y: rows / 2 };
  return {
    column: screen.x - extent.x,
    row: rows - (screen.y - extent.y + screen.height),
    columns,
    rows,
    x,
    y,
    distance: Math.hypot(x - from.x, y - from.y),
  };
}

/**
 * The band that the pattern, the host's choice for this screen, or the rule gives a screen; undefined if the
 * screen chooses. A wide screen shows the bands of all its columns.
 */
export function bandOf(
  screen: Pick<Screen, "id" | "band" | "width"> & { dealt: Dealt },
  spot: Spot,
  show: Show,
): Band | undefined {
  switch (show.pattern) {
    case "spectrum":
      return lowToHigh(screen.width, spot);
    case "unison":
    case "ripple":
    case "beat":
      return BANDS.all;
    default:
      return screen.band ?? ruled(screen, spot, show);
  }
}

function ruled({ id, dealt }: { id: string; dealt: Dealt }, spot: Spot, { rule }: Show): Band | undefined {
  switch (rule) {
    case "own":
      return undefined;
    case "octaves":
      return octave(Math.floor(spot.column) % OCTAVES);
    case "mirrored": {
      const half = Math.ceil(spot.columns / 2);
      const step = Math.min(Math.floor(Math.abs(spot.x - spot.columns / 2)), half - 1);
      return pitchBand(step / half, (step + 1) / half);
    }
    case "same":
      return BANDS.all;
    case "random":
      return octave(hash(id) % OCTAVES);
    default:
      return dealt.of === 1 ? BANDS.all : pitchBand(dealt.index / dealt.of, (dealt.index + 1) / dealt.of);
  }
}

function lowToHigh(width: number, { column, columns }: Spot): Band {
  return pitchBand(column / columns, (column + width) / columns);
}

function octave(index: number): Band {
  return { low: LOWEST_HZ * 2 ** index, high: LOWEST_HZ * 2 ** (index + 1) };
}

/** The band of a part of the wall's range, which is logarithmic; each limit 0..1. */
export function pitchBand(from: number, to: number): Band {
  return { low: LOWEST_HZ * 2 ** (OCTAVES * from), high: LOWEST_HZ * 2 ** (OCTAVES * to) };
}

/** FNV-1a hash of a screen's id: the same on every screen and in the console. */
function hash(text: string): number {
  let value = 2_166_136_261;
  for (const letter of text) value = Math.imul(value ^ letter.codePointAt(0)!, 16_777_619) >>> 0;
  return value;
}
