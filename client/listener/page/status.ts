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
  if (!room.playing) return "paused";
  if (blocked) return "blocked";
  return sounding ? "live" : "silent";
}

/** What the page shows in each state: what is the case, and what happens next or what to do. */
export const WORDS: Record<State, readonly [is: string, then: string]> = {
  connecting: ["Connecting", "This takes a moment."],
  reconnecting: ["Reconnecting", "The light comes back by itself."],
  waiting: ["Waiting for the host", "The light begins when the host goes live."],
  "host-away": ["The host is away", "The light comes back when the host does."],
  paused: ["Paused", "The light continues with the music."],
  locked: ["This screen is off", "The host has switched it off for now."],
  silent: ["No sound yet", "The host is live; the music is on its way."],
  blocked: ["Tap once", "Your browser needs a tap before the light can start."],
  full: ["This wall is full", "This screen joins as soon as another leaves."],
  busy: ["The server is busy", "This screen joins as soon as it can."],
  password: ["This wall has a password", "Ask the host for it."],
  "wrong-password": ["Wrong password", "Try again, or ask the host."],
  unknown: ["No wall with this code", "Check the code, or ask the host."],
  "not-open": ["This wall is not open now", "This screen joins when it opens again."],
  closed: ["This wall is closed", "The host has ended it. Thank you for the light."],
  outdated: ["This page is out of date", "Reload it to continue."],
  "too-old": [
    "This browser takes no Opus over WebRTC",
    "Please use a current Chrome, Edge, Firefox or Safari.",
  ],
  live: ["", ""],
};
