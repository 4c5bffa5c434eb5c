import type { State } from "./status.ts";

/**
 * What the page says in each state: what is the case, and what happens next or what to do. Loaded beside what
 * the first light needs.
 */
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

/**
 * What a kiosk says whose browser does not start sound by itself, without which it cannot analyse the music.
 */
export const BLOCKED_KIOSK = [
  "This browser waits for a tap",
  "Tap it, or start the browser with --autoplay-policy=no-user-gesture-required.",
] as const;
