/**
 * All error codes. `message` is shown to the person at the page: what happened and what to do next. After an
 * error with `close`, the server closes the session with this WebSocket close code (RFC 6455 §7.4.2, private
 * range, or 1011 and 1012). Codes are stable; texts may change.
 */
export const ERRORS = {
  "not-json": { message: "The server got a message that it cannot read. Reload the page.", close: 4400 },
  "message-invalid": { message: "The server got a message that it does not understand. Reload the page." },
  "message-too-large": { message: "The message is too large for this server.", close: 4413 },
  "hello-missing": { message: "The page did not identify itself in time. Reload the page.", close: 4401 },
  "version-unsupported": {
    message: "This page and the server have different versions. Reload the page.",
    close: 4426,
  },
  "code-unknown": { message: "There is no wall with this code. Check the code, or ask the host." },
  "key-wrong": { message: "This browser does not have the key of this wall. Start a new wall." },
  "wall-unreadable": {
    message: "The server cannot read the arrangement of this wall at the moment. It tries again by itself.",
  },
  "password-needed": { message: "This wall has a password. Ask the host." },
  "password-wrong": { message: "The password is wrong. Try again, or ask the host." },
  "rate-limited": { message: "Too many attempts from this network. Wait a minute, then try again." },
  "changed-too-often": { message: "That was changed too often. Wait some seconds, then try again." },
  flooding: { message: "This page sent too many messages. It reconnects by itself.", close: 4429 },
  "not-in-room": { message: "Join a wall first." },
  "already-in-room": { message: "This connection has already joined a wall. Reload the page." },
  "host-only": { message: "Only the host of this wall can do that." },
  "host-present": { message: "This wall is hosted from another page." },
  "host-replaced": { message: "This wall is now hosted from another page.", close: 4409 },
  "host-live": {
    message: "The host's page sends its own sound to this wall. Stop it there, then try again.",
  },
  "kept-elsewhere": { message: "Another server keeps this wall. Programs have to go there." },
  "screen-unknown": { message: "The wall has no screen with this id." },
  "screen-present": { message: "The screen is there. Only a screen that is away can be removed." },
  "stage-refused": {
    message: "Nobody is on stage: the screen has left, or it is connected to another server than the host.",
  },
  "scene-unknown": { message: "There is no scene with this name." },
  "server-full": { message: "The server is full at the moment. Try again in a moment." },
  "rooms-full": {
    message: "The server cannot open another wall, or not for this network. Try again later.",
  },
  "room-full": { message: "This wall is full. Ask the host." },
  "room-closed": { message: "The host has closed this wall." },
  "offer-invalid": { message: "The server could not read the browser's media offer. Reload the page." },
  "offer-no-audio": { message: "The media offer contains no Opus audio. Use a current browser." },
  "offer-sends": { message: "Only the host can send sound to this wall." },
  "servers-apart": {
    message:
      "This server cannot reach the others that carry this wall at the moment. It tries again by itself.",
  },
  "server-stopping": { message: "The server is restarting. The page reconnects by itself.", close: 1012 },
  internal: { message: "Something went wrong on the server. Try again.", close: 1011 },
} as const satisfies Record<string, { message: string; close?: number }>;

/** A stable, documented error code. */
export type ErrorCode = keyof typeof ERRORS;

/** The only error class that modules throw at one another: a documented code and, in logs, its cause. */
export class LightwallError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, cause?: unknown) {
    super(ERRORS[code].message, { cause });
    this.name = "LightwallError";
    this.code = code;
  }
}

/** The code of an error; `internal` for any error of another class. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof LightwallError ? error.code : "internal";
}
