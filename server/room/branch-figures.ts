import type { Up } from "../cluster/messages.ts";
import type { MediaEngine } from "../media/media-engine.ts";
import type { Seat } from "./seats.ts";
import type { SocketMedia } from "./socket-media.ts";
import { roomStats } from "./stats.ts";

/** Most needs that are sent: enough to find the 95th of a hundred, whatever the crowd. */
const NEEDS_MAX = 64;

/** What a node tells of its listeners of a room that another node keeps. */
export type Figures = Omit<Extract<Up, { type: "figures" }>, "type" | "room" | "generation">;

/** How this node's listeners of a room receive and keep time. Their number does not make it much longer. */
export function figuresOf(
  seats: readonly Seat[],
  engine: Pick<MediaEngine, "stats">,
  socketMedia: Pick<SocketMedia, "serves" | "size">,
): Figures {
  const off = new Set(seats.flatMap(({ screen, isOff }) => (screen && isOff ? [screen] : [])));
  const serves = (member: { readonly id: string }) => socketMedia.serves(member);
  const stats = roomStats(seats, { engine, serves, isOff: (screen) => off.has(screen) });
  const needs = seats
    .flatMap(({ report, connected, isOff }) => (report && connected && !isOff ? [report.neededMs] : []))
    .sort((a, b) => a - b);
  const newlyLit = seats.filter(({ report, isLit }) => report && !isLit);
  for (const seat of newlyLit) seat.isLit = true;
  return {
    lit: newlyLit.map(({ member }) => member.id),
    needs: evenly(needs, NEEDS_MAX),
    reporting: needs.length,
    stats: { ...stats, overSocket: socketMedia.size },
  };
}

/** Evenly chosen ones of sorted values: the first, the last, and what lies between them. */
function evenly(sorted: readonly number[], most: number): number[] {
  if (sorted.length <= most) return [...sorted];
  return Array.from({ length: most }, (_, n) => sorted[Math.round((n * (sorted.length - 1)) / (most - 1))]!);
}
