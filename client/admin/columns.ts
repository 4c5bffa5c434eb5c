import type { RoomState, RoomStats } from "#protocol/messages.ts";
import { wallStates, wallTable } from "../words/en/admin.ts";
import { millisecondsText, numberText, percentText } from "../words/units.ts";
import { spanWords } from "./figures.ts";

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
  readonly kind: "code" | "text" | "number";
  /** What the column is sorted by; null for a wall of which it is not known. */
  readonly value: (wall: Wall) => string | number | null;
  readonly words: (wall: Wall) => string;
}

/** The states of a wall, the one with the most light first. */
const STATES: readonly RoomState[] = ["live", "waiting", "host-away", "closed"];

/** The columns from left to right, by their ids. */
export const COLUMNS = {
  code: { kind: "code", value: ({ code }) => code, words: ({ code }) => code },
  state: {
    kind: "text",
    value: ({ state }) => STATES.indexOf(state),
    words: ({ state, hasPassword }) => {
      const word = wallStates()[state];
      return hasPassword ? wallTable().withPassword({ state: word }) : word;
    },
  },
  listeners: figure(
    ({ stats }) => stats.listeners,
    (count) => numberText(count),
  ),
  connected: figure(
    ({ stats }) => stats.connected,
    (count) => numberText(count),
  ),
  roundTrip: figure(({ stats }) => stats.roundTripMs, millisecondsText),
  loss: figure(
    ({ stats }) => stats.worstLoss,
    (loss) => percentText(loss, 1),
  ),
  minutes: figure(
    ({ minutes }) => minutes,
    (minutes) => spanWords(minutes * 60),
  ),
} as const satisfies Record<string, Column>;

export type ColumnId = keyof typeof COLUMNS;

/** The ids of the columns, from left to right. */
export const COLUMN_IDS = Object.keys(COLUMNS) as ColumnId[];

function figure(value: (wall: Wall) => number | null, words: (value: number) => string): Column {
  const inWords = (wall: Wall) => {
    const known = value(wall);
    return known === null ? "–" : words(known);
  };
  return { kind: "number", value, words: inWords };
}
