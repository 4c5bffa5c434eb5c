import type { MediaEngine } from "../media/engine.ts";
import type { PeerId } from "../media/model.ts";
import type { Report, RoomStats, ScreenFigures, SyncStats } from "../protocol/messages.ts";

/** A listener's media leg: its peer from offer to close, and whether that is up. */
interface Leg {
  readonly peer?: PeerId | undefined;
  readonly connected: boolean;
  readonly report?: Report;
  readonly screen?: string;
}

/** Screens whose own figures the host gets. */
const SCREENS_MAX = 200;

/** How a broadcast reaches its listeners, by what `engine` last heard from each. */
export function roomStats(
  legs: Iterable<Leg>,
  engine: Pick<MediaEngine, "stats">,
): Omit<RoomStats, "packetTimeMs"> {
  let listeners = 0;
  let connected = 0;
  let worstLoss = 0;
  const roundTrips: number[] = [];
  const reports: Report[] = [];
  const screens: ScreenFigures[] = [];
  for (const leg of legs) {
    listeners += 1;
    if (leg.connected) connected += 1;
    if (leg.report) reports.push(leg.report);
    const stats = leg.peer && engine.stats(leg.peer);
    if (!stats) continue;
    worstLoss = Math.max(worstLoss, stats.loss);
    if (stats.roundTripMs !== null) roundTrips.push(stats.roundTripMs);
    if (leg.screen === undefined || screens.length >= SCREENS_MAX) continue;
    const { roundTripMs, loss } = stats;
    screens.push({ id: leg.screen, roundTripMs, loss, clockErrorMs: leg.report?.clockErrorMs ?? null });
  }
  const roundTripMs = median(roundTrips);
  const sync = syncStats(reports);
  return { listeners, connected, roundTripMs, worstLoss, sync, ...(screens.length > 0 && { screens }) };
}

function syncStats(reports: readonly Report[]): SyncStats {
  const worst = (figure: "neededMs" | "latenessMs" | "clockErrorMs") =>
    reports.length === 0 ? null : reports.reduce((most, report) => Math.max(most, report[figure]), -Infinity);
  return {
    reporting: reports.length,
    exact: reports.filter(({ precision }) => precision === "exact").length,
    neededMs: worst("neededMs"),
    latenessMs: worst("latenessMs"),
    clockErrorMs: worst("clockErrorMs"),
  };
}

/** The middle value (the upper one of two), or null of nothing. */
function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? null;
}
