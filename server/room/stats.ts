import type { MediaEngine } from "../media/media-engine.ts";
import type { PeerId, SubscriberStats } from "../media/model.ts";
import type { Report, RoomStats, ScreenFigures, SyncStats } from "../protocol/messages.ts";

/** A listener, as far as its figures are concerned. */
interface Listener {
  readonly member: { readonly id: string };
  /** Its media peer, from the answer to the close. */
  readonly peer?: PeerId | undefined;
  /** Whether the peer is connected. */
  readonly connected: boolean;
  readonly report?: Report;
  readonly screen?: string;
}

/** What is known of a room's listeners elsewhere. */
export interface StatsSources {
  readonly engine: Pick<MediaEngine, "stats">;
  /** Whether a listener gets all frames over its socket. */
  serves(member: Listener["member"]): boolean;
  /** Whether the host has switched a screen off. */
  isOff(screen: string): boolean;
}

/** Most screens of which the host receives figures of their own. */
const SCREENS_MAX = 200;
/** In a wall of more screens, those of them that need the longest wall delay are listed in any case. */
const NEEDIEST = 20;

/** How the listeners at one node receive a broadcast. */
type NodeStats = Omit<RoomStats, "packetTimeMs">;

/** How the listeners of a broadcast receive it, from their last reports and RTCP. */
export function roomStats(
  all: Iterable<Listener>,
  { engine, serves, isOff }: StatsSources,
): Omit<RoomStats, "packetTimeMs" | "overSocket"> {
  let listeners = 0;
  let connected = 0;
  let relayed = 0;
  let worstLoss = 0;
  const roundTrips: number[] = [];
  const reports: Report[] = [];
  const shown: Listener[] = [];
  const needy: Listener[] = [];
  for (const listener of all) {
    const { report, screen } = listener;
    listeners += 1;
    if (listener.connected) connected += 1;
    if (wayOf(listener, serves) === "relay") relayed += 1;
    const stats = statsOf(listener, engine);
    if (stats) worstLoss = Math.max(worstLoss, stats.loss);
    if (stats && stats.roundTripMs !== null) roundTrips.push(stats.roundTripMs);
    if (screen === undefined) continue;
    if (shown.length < SCREENS_MAX) shown.push(listener);
    if (!report || isOff(screen)) continue;
    reports.push(report);
    keepNeediest(needy, listener);
  }
  const listed = [...new Set([...needy, ...shown])].slice(0, SCREENS_MAX);
  const screens = listed.map((listener) => figuresOf(listener, statsOf(listener, engine), serves));
  const roundTripMs = median(roundTrips);
  const sync = syncStats(reports);
  const sums = { listeners, connected, relayed, roundTripMs, worstLoss, sync };
  return { ...sums, ...(screens.length > 0 && { screens }) };
}

/** The same of a room whose listeners are at several nodes. @param all of each node, of one at least */
export function mergedStats(all: readonly NodeStats[]): NodeStats {
  if (all.length === 1) return all[0]!;
  const sum = (of: (stats: NodeStats) => number) => all.reduce((total, stats) => total + of(stats), 0);
  const most = (of: (stats: NodeStats) => number | null) =>
    all.reduce<number | null>((worst, stats) => greater(worst, of(stats)), null);
  const screens = all
    .flatMap((stats) => stats.screens ?? [])
    .sort((a, b) => (b.neededMs ?? 0) - (a.neededMs ?? 0))
    .slice(0, SCREENS_MAX);
  // Of nodes with many listeners and nodes with few, the median of medians is near the median of all.
  const roundTrips = all.flatMap(({ roundTripMs, connected }) =>
    roundTripMs === null ? [] : Array.from({ length: Math.ceil(connected / 100) }, () => roundTripMs),
  );
  return {
    listeners: sum(({ listeners }) => listeners),
    connected: sum(({ connected }) => connected),
    relayed: sum(({ relayed }) => relayed),
    overSocket: sum(({ overSocket }) => overSocket),
    roundTripMs: median(roundTrips),
    worstLoss: Math.max(...all.map(({ worstLoss }) => worstLoss)),
    sync: {
      reporting: sum(({ sync }) => sync.reporting),
      exact: sum(({ sync }) => sync.exact),
      neededMs: most(({ sync }) => sync.neededMs),
      latenessMs: most(({ sync }) => sync.latenessMs),
      clockErrorMs: most(({ sync }) => sync.clockErrorMs),
      outOfStep: sum(({ sync }) => sync.outOfStep),
    },
    ...(screens.length > 0 && { screens }),
  };
}

function greater(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

function statsOf({ peer }: Listener, engine: StatsSources["engine"]): SubscriberStats | undefined {
  return peer === undefined ? undefined : engine.stats(peer);
}

/** How a listener gets the song. Only its page can tell whether UDP reaches it through a TURN server. */
function wayOf(
  { member, connected, report }: Listener,
  serves: StatsSources["serves"],
): ScreenFigures["receives"] {
  if (serves(member)) return "socket";
  if (!connected) return null;
  return report?.relayed ? "relay" : "udp";
}

function figuresOf(
  listener: Listener,
  stats: SubscriberStats | undefined,
  serves: StatsSources["serves"],
): ScreenFigures {
  const { report, screen } = listener;
  return {
    id: screen!,
    roundTripMs: stats?.roundTripMs ?? null,
    loss: stats?.loss ?? null,
    clockErrorMs: report?.clockErrorMs ?? null,
    neededMs: report?.neededMs ?? null,
    latenessMs: report?.latenessMs ?? null,
    paintRate: report?.paintRate ?? null,
    receives: wayOf(listener, serves),
  };
}

/** Adds a listener to those that need most, the most first, if it is one of them. */
function keepNeediest(needy: Listener[], listener: Listener): void {
  const need = needOf(listener);
  if (needy.length === NEEDIEST && need <= needOf(needy.at(-1)!)) return;
  const place = needy.findIndex((other) => needOf(other) < need);
  needy.splice(place === -1 ? needy.length : place, 0, listener);
  needy.length = Math.min(needy.length, NEEDIEST);
}

function needOf({ report }: Listener): number {
  return report?.neededMs ?? 0;
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
