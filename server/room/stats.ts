import type { MediaEngine } from "../media/media-engine.ts";
import type { PeerId } from "../media/model.ts";
import type { Report, RoomStats, ScreenFigures, SyncStats } from "../protocol/messages.ts";

/** A listener, as far as its figures are concerned. */
interface Listener {
  /** Its media peer, from the answer to the close. */
  readonly peer?: PeerId | undefined;
  /** Whether the peer is connected. */
  readonly connected: boolean;
  readonly report?: Report;
  readonly screen?: string;
}

/** Most screens of which the host receives figures of their own. */
const SCREENS_MAX = 200;

/** How the listeners of a broadcast receive it, from their last reports and RTCP. */
export function roomStats(
  all: Iterable<Listener>,
  engine: Pick<MediaEngine, "stats">,
): Omit<RoomStats, "packetTimeMs" | "overSocket"> {
  let listeners = 0;
  let connected = 0;
  let worstLoss = 0;
  const roundTrips: number[] = [];
  const reports: Report[] = [];
  const screens: ScreenFigures[] = [];
  for (const listener of all) {
    listeners += 1;
    if (listener.connected) connected += 1;
    if (listener.report) reports.push(listener.report);
    const stats = listener.peer && engine.stats(listener.peer);
    if (!stats) continue;
    worstLoss = Math.max(worstLoss, stats.loss);
    if (stats.roundTripMs !== null) roundTrips.push(stats.roundTripMs);
    if (listener.screen === undefined || screens.length >= SCREENS_MAX) continue;
    const { roundTripMs, loss } = stats;
    screens.push({
      id: listener.screen,
      roundTripMs,
      loss,
      clockErrorMs: listener.report?.clockErrorMs ?? null,
    });
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
    outOfStep: reports.filter(({ inStep }) => !inStep).length,
  };
}

/** The median (the upper one of two middle values), or null without any values. */
function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? null;
}
