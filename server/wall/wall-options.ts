import type { ServerMessage } from "../protocol/messages.ts";
import type { SavedWall } from "../protocol/wall-schema.ts";

/** The page of a screen that is there. */
export interface ScreenPage {
  send(message: ServerMessage): void;
}

export interface WallOptions {
  readonly saved?: SavedWall | undefined;
  /** Whether a saved wall exists that cannot be read now; {@link Wall.restore} is called when it can. */
  readonly unread?: boolean;
  /** Most screens that may be there at the same time. */
  readonly listenersMax: number;
  /** Called after every change that must be saved. */
  readonly changed: () => void;
  /** Sends to the host and to programs that watch the wall, as far as they are there. */
  readonly sendToHost: (message: ServerMessage) => void;
  /** Sends to every screen that is there. */
  readonly sendToScreens: (message: ServerMessage) => void;
  /** Sends to the host and every screen. */
  readonly sendToAll: (message: ServerMessage) => void;
  /** Whether much of what was sent to the host is still in the server's buffer. */
  readonly isHostBehind: () => boolean;
  /** Monotonic time in ms. */
  readonly now: () => number;
}
