import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { figuresThatCount, healthOf, type ScreenHealth, type Slowest, slowestOf } from "./screen-health.ts";

/** How well each screen does that is there and not switched off, by id; empty while the wall is not live. */
export function healthById({ onAir, stats, timing, wall }: HostBroadcast): ReadonlyMap<string, ScreenHealth> {
  const figures = stats.value?.screens;
  if (onAir.value !== "live" || !figures) return new Map();
  const counting = figuresThatCount(wall.screens.value.values(), figures);
  const delay = timing.value?.delay;
  return new Map(counting.map((one) => [one.id, healthOf(one, counting, delay)]));
}

/** The screen for which all others wait now. */
export function slowestNow({ onAir, stats, timing, wall }: HostBroadcast): Slowest | undefined {
  if (onAir.value !== "live") return;
  return slowestOf(wall.screens.value.values(), stats.value?.screens ?? [], timing.value?.delay);
}
