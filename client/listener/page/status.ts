import type { RoomStatus } from "#protocol/messages.ts";

/**
 * Why this page cannot show the wall. `not-open`: the server does not know a wall in which this browser was
 * before. `full`, `busy` and `not-open` may end by themselves.
 */
export type Refusal =
  | "too-old"
  | "outdated"
  | "unknown"
  | "full"
  | "busy"
  | "not-open"
  | "closed"
  | "password"
  | "wrong-password";

/** Everything that the state of the page depends on. */
export interface Facts {
  refusal: Refusal | undefined;
  /** In the wall, and connected to the server. */
  joined: boolean;
  /** The wall as last received. */
  room: RoomStatus | undefined;
  /** The host has switched this screen off. */
  locked: boolean;
  /** The browser waits for a tap before anything is heard. */
  blocked: boolean;
  /** Music is painted since the screen was last lit. */
  sounding: boolean;
}

/** The state of the page: `data-state` of the document. */
export type State =
  | Refusal
  | "connecting"
  | "reconnecting"
  | "waiting"
  | "host-away"
  | "paused"
  | "closed"
  | "locked"
  | "blocked"
  | "silent"
  | "live";

/** The state that follows from the facts. */
export function stateOf({ refusal, joined, room, locked, blocked, sounding }: Facts): State {
  if (refusal === "too-old" || refusal === "outdated") return refusal;
  if (room?.state === "closed") return "closed";
  if (refusal) return refusal;
  if (!room) return "connecting";
  if (!joined) return "reconnecting";
  if (locked) return "locked";
  if (room.state !== "live") return room.state;
  const { picture } = room;
  if (!room.playing && !picture) return "paused";
  if (blocked) return "blocked";
  return sounding || picture ? "live" : "silent";
}
