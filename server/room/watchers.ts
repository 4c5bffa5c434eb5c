import type { ServerMessage } from "../protocol/messages.ts";
import { type EncodedMessage, encodeMessage } from "./member.ts";

/** What programs are told of a room: what its host's page is told of the wall and of its screens. */
const WATCHED: ReadonlySet<ServerMessage["type"]> = new Set([
  "room",
  "show",
  "screens",
  "screen-removed",
  "stats",
]);

/** A program that follows a room. */
export interface Watcher {
  send(message: EncodedMessage): void;
  /** The room is closed, or the server stops. */
  end(): void;
}

/** The programs that follow a room. They are not seen by anybody, and change nothing. */
export class Watchers {
  readonly #watchers = new Set<Watcher>();

  get size(): number {
    return this.#watchers.size;
  }

  add(watcher: Watcher): void {
    this.#watchers.add(watcher);
  }

  delete(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /** Sends a message that concerns them to all; encodes it once. */
  send(message: ServerMessage): void {
    if (this.#watchers.size > 0 && WATCHED.has(message.type)) this.sendEncoded(encodeMessage(message));
  }

  /** Sends a message that is encoded already to all whom it concerns. */
  sendEncoded(message: EncodedMessage): void {
    if (WATCHED.has(message.type)) for (const watcher of this.#watchers) watcher.send(message);
  }

  /** Ends all of them. */
  close(): void {
    for (const watcher of this.#watchers) watcher.end();
    this.#watchers.clear();
  }
}
