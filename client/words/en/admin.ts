import { count, params, words } from "../words.ts";

/** What the administrator's page says of the server. */
export const serverWords = words("admin/server", {
  walls: "Walls",
  screens: "Screens",
  connecting: "Connecting",
  lateBy: "Main thread late by",
  memory: "Memory",
  upFor: "Up for",
  most: params("of {number}"),
  mostAWall: params("up to {number} a wall"),
  fullAbove: params("full above {time}"),
  version: params("version {version}"),
  megabytes: params("{number} MB"),
  days: params("{days} d {hours} h"),
  hours: params("{hours} h {minutes} min"),
  minutes: params("{minutes} min"),
  tooBusy: "The server refuses new walls and screens: it has more to do than it can.",
  stopping: "The server refuses new walls and screens: it is stopping.",
  noAnswer: "The server does not answer. This page keeps trying.",
  errorAnswer: params("The server answers with error {status}. This page keeps trying."),
  wrongToken: "Wrong token. Try again.",
  tooManyTokens: "Too many wrong tokens. Wait a minute, then try again.",
});

/** The table of walls. */
export const wallTable = words("admin/walls", {
  code: "Wall",
  state: "State",
  listeners: "Screens",
  connected: "Receiving light",
  roundTrip: "Round trip",
  loss: "Worst loss",
  minutes: "Open for",
  withPassword: params("{state}, with password"),
  noWall: "No wall is open.",
  open: params("{walls}, {screens}."),
  openWalls: count({ one: "{count} open", other: "{count} open" }),
  screens: count({ one: "{count} screen", other: "{count} screens" }),
  close: "Close",
  closeWall: params("Close wall {code}"),
  undo: "Undo",
  keepOpen: params("Undo: keep wall {code} open"),
  closingIn: params("Closing in {seconds} s"),
  closing: "Closing…",
  closesIn: params("Wall {code} closes in {seconds} seconds."),
  staysOpen: params("Wall {code} stays open."),
  isClosed: params("Wall {code} is closed."),
});

/** The states of a wall. */
export const wallStates = words("admin/states", {
  live: "Live",
  waiting: "Waiting",
  "host-away": "Host away",
  closed: "Closed",
});
