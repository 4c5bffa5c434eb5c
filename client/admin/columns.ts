import type { RoomState, RoomStats } from "#protocol/messages.ts";
import { percent, spanWords } from "./figures.ts";

/** A wall, as `GET /admin/walls` reports it. */
export interface Wall {
  code: string;
  state: RoomState;
  hasPassword: boolean;
  minutes: number;
  stats: Omit<RoomStats, "packetTimeMs">;
}

/** A column of the table of walls. */
export interface Column {
  readonly label: string;
  readonly kind: "code" | "text" | "number";
  /** What the column is sorted by; null for a wall of which it is not known. */
  readonly value: (wall: Wall) => string | number | null;
  readonly words: (wall: Wall) => string;
}

/** The states of a wall, the one with the most light first. */
const STATES: Readonly<Record<RoomState, string>> = {
  live: "Live",
  waiting: "Waiting",
  "host-away": "Host away",
  closed: "Closed",
};

/** The columns from left to right, by their ids. */
export const COLUMNS = {
  code: { label: "Wall", kind: "code", value: ({ code }) => code, words: ({ code }) => code },
  state: {
    label: "State",
    kind: "text",
    value: ({ state }) => Object.keys(STATES).indexOf(state),
    words: ({ state, hasPassword }) => STATES[state] + (hasPassword ? ", with password" : ""),
  },
  listeners: figure("Screens", ({ stats }) => stats.listeners, String),
  connected: figure("Receiving light", ({ stats }) => stats.connected, String),
  roundTrip: figure(
    "Round trip",
    ({ stats }) => stats.roundTripMs,
    (ms) => `${Math.round(ms)} ms`,
  ),
  loss: figure("Worst loss", ({ stats }) => stats.worstLoss, percent),
  minutes: figure(
    "Open for",
    ({ minutes }) => minutes,
    (minutes) => spanWords(minutes * 60),
  ),
} as const satisfies Record<string, Column>;

export type ColumnId = keyof typeof COLUMNS;

/** The ids of the columns, from left to right. */
export const COLUMN_IDS = Object.keys(COLUMNS) as ColumnId[];

function figure(
  label: string,
  value: (wall: Wall) => number | null,
  words: (value: number) => string,
): Column {
  const inWords = (wall: Wall) => {
    const known = value(wall);
    return known === null ? "–" : words(known);
  };
  return { label, kind: "number", value, words: inWords };
}
