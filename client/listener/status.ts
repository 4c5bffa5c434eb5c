import type { RoomStatus } from "#protocol/messages.ts";

/**
 * Why the server, or this browser, will not show the wall. `full`, `busy` and `gone` (the server does not
 * know a wall in which this browser was before) may pass; a password can be given.
 */
export type Refusal =
  | "too-old"
  | "outdated"
  | "unknown"
  | "full"
  | "busy"
  | "gone"
  | "closed"
  | "password"
  | "wrong-password";

/** Everything that decides what the page says. */
export interface Facts {
  refusal: Refusal | undefined;
  /** In the room, over a live signalling connection. */
  joined: boolean;
  /** The room as last heard of. */
  room: RoomStatus | undefined;
  /** The person has tapped, or the address says `autostart`. */
  started: boolean;
  /** The host has locked this screen out. */
  locked: boolean;
  /** The browser lets the audio graph run. */
  running: boolean;
  /** Music was heard since the screen was last lit. */
  sounding: boolean;
}

/** What the page is doing, in one word: `data-state` of the document. */
export type State =
  | Refusal
  | "connecting"
  | "reconnecting"
  | "waiting"
  | "host-away"
  | "paused"
  | "closed"
  | "ready"
  | "locked"
  | "blocked"
  | "silent"
  | "live";

export function stateOf({ refusal, joined, room, started, running, locked, sounding }: Facts): State {
  if (refusal === "too-old" || refusal === "outdated") return refusal;
  if (room?.state === "closed") return "closed";
  if (refusal) return refusal;
  if (!room) return "connecting";
  if (!joined) return "reconnecting";
  if (locked) return "locked";
  if (room.state !== "live") return room.state;
  if (!room.playing) return "paused";
  if (!started) return "ready";
  if (!running) return "blocked";
  return sounding ? "live" : "silent";
}

/** What the page says in a state: what is, and what comes or can be done. Nothing while light plays. */
export const WORDS: Record<State, readonly [is: string, then: string]> = {
  connecting: ["Connecting", "This takes a moment."],
  reconnecting: ["Reconnecting", "The light comes back by itself."],
  waiting: ["Waiting for the host", "The light begins when the host goes live."],
  "host-away": ["The host is away", "The light comes back when the host does."],
  paused: ["Paused", "The light moves on with the music."],
  locked: ["This screen rests", "The host has taken it out of the light for now."],
  silent: ["No sound yet", "The host is live; the music is on its way."],
  blocked: ["Tap once", "Your browser wants a tap before the light may start."],
  full: ["This wall is full", "This screen joins as soon as there is a place."],
  busy: ["The server is busy", "This screen joins as soon as it can."],
  password: ["This wall has a password", "The host can tell you."],
  "wrong-password": ["That is another password", "Try again, or ask the host."],
  unknown: ["No wall with this code", "Check the code, or ask the host."],
  gone: ["This wall is not there now", "If it comes back, so does the light."],
  closed: ["This wall is closed", "The host has ended it. Thank you for the light."],
  outdated: ["This page is out of date", "Reload it to go on."],
  "too-old": ["This browser is too old", "Please use a current Chrome, Edge, Firefox or Safari."],
  ready: ["", ""],
  live: ["", ""],
};
