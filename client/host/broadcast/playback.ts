import type { RoomStatus } from "#protocol/messages.ts";
import { cutText } from "#protocol/text.ts";
import { TITLE_MAX } from "./limits.ts";

/** What this page sends: whether the song plays, its title, and where its picture comes from. */
export type Playback = Pick<RoomStatus, "playing" | "title" | "picture" | "muted">;

/** The same with a title that the server takes. */
export function withShortTitle(playback: Playback): Playback {
  return { ...playback, title: cutText(playback.title, TITLE_MAX) };
}
