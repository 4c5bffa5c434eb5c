import { params, words } from "../words.ts";

/** What the case is in each state of a screen's page. */
export const screenStates = words("screen/states", {
  connecting: "Connecting",
  reconnecting: "Reconnecting",
  waiting: "Waiting for the host",
  "host-away": "The host is away",
  paused: "Paused",
  locked: "This screen is off",
  silent: "No sound yet",
  blocked: "Tap once",
  full: "This wall is full",
  busy: "The server is busy",
  password: "This wall has a password",
  "wrong-password": "Wrong password",
  unknown: "No wall with this code",
  "not-open": "This wall is not open now",
  closed: "This wall is closed",
  outdated: "This page is out of date",
  "too-old": "This browser takes no Opus over WebRTC",
  live: "",
});

/** What happens next in each state of a screen's page, or what to do. */
export const nextOnScreen = words("screen/next", {
  connecting: "This takes a moment.",
  reconnecting: "The light comes back by itself.",
  waiting: "The light begins when the host goes live.",
  "host-away": "The light comes back when the host does.",
  paused: "The light continues with the music.",
  locked: "The host has switched it off for now.",
  silent: "The host is live; the music is on its way.",
  blocked: "Your browser needs a tap before the light can start.",
  full: "This screen joins as soon as another leaves.",
  busy: "This screen joins as soon as it can.",
  password: "Ask the host for it.",
  "wrong-password": "Try again, or ask the host.",
  unknown: "Check the code, or ask the host.",
  "not-open": "This screen joins when it opens again.",
  closed: "The host has ended it. Thank you for the light.",
  outdated: "Reload it to continue.",
  "too-old": "Please use a current Chrome, Edge, Firefox or Safari.",
  live: "",
});

/** Why a screen's page does not connect, and what to do. */
export const obstacles = words("screen/obstacles", {
  offline: "This device has no network. Turn on its Wi-Fi.",
  unreachable: "The server does not answer. Is this device on the right Wi-Fi?",
  refused: "The server takes this page for another site's. Whoever runs it finds in its log what to set.",
  blocked:
    "The server answers, but WebSockets do not come through. Try another network, or ask whoever runs it.",
});

/** What else a screen's page says. */
export const onScreen = words("screen/other", {
  title: params("Wall {code} · Lightwall"),
  lacks: params("This browser has no {feature}"),
  whyDark: "What keeps this screen dark?",
  kioskBlocked: "This browser waits for a tap",
  kioskBlockedNext: params("Tap it, or start the browser with {option}."),
});
