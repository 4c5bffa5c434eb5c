import type { RoomState, RoomStats } from "../protocol/messages.ts";

/** What an administrator sees of a room: no secrets, and nothing about the music. */
export interface RoomSummary {
  readonly code: string;
  readonly state: RoomState;
  readonly hasPassword: boolean;
  /** Time since it was opened, in whole minutes. */
  readonly minutes: number;
  readonly stats: Omit<RoomStats, "packetTimeMs">;
}
