import type { ScreenFigures } from "#protocol/messages.ts";
import { DELAY_MAX_MS, DELAY_MIN_MS, type WallDelay } from "#protocol/timing.ts";
import type { ScreenSeen } from "#protocol/wall.ts";
import { health } from "../../words/en/health.ts";
import { screenName } from "../../words/screen-name.ts";
import { durationText, percentText } from "../../words/units.ts";

/** By how much more than any other a screen must need before it is said to hold the wall back, ms. */
const HOLDS_BACK_MS = 300;
/** Light that is later than this is seen as out of step by anyone. */
const VERY_LATE_MS = 100;
/** Light that is later than this is seen as out of step beside a screen that is in time. */
const LATE_MS = 20;
/** A clock that may be off by more than this may put the light out of step, ms. */
const CLOCK_ERROR_MS = 20;
/** Packet loss from which on repairs come too late now and then, 0..1. */
const LOSS = 0.02;

/** How well a screen does: as it should, so that a person might look after it, or so that one must. */
export interface ScreenHealth {
  light: "green" | "amber" | "red";
  /** Why, in plain words. */
  reason: string;
}

/** The screen for which all others wait. */
export interface Slowest {
  screen: ScreenSeen;
  /** By how much shorter the wall delay would be without it, ms. */
  byMs: number;
}

/**
 * How well a screen does, while its wall is live. The most serious reason counts.
 * @param all the figures of the screens that count for the wall delay; see {@link figuresThatCount}
 * @param delay the wall delay; without it, it is taken to follow what screens need
 */
export function healthOf(
  figures: ScreenFigures,
  all: readonly ScreenFigures[],
  delay?: WallDelay,
): ScreenHealth {
  const t = health();
  const { clockErrorMs, latenessMs, loss, neededMs, receives } = figures;
  const red = (reason: string): ScreenHealth => ({ light: "red", reason });
  const amber = (reason: string): ScreenHealth => ({ light: "amber", reason });
  if (receives === null) return red(t.noMusic);
  const heldMs = heldBackMs(figures, all, delay);
  if (heldMs > 0) return red(t.holdsBack({ time: durationText(heldMs) }));
  const lateMs = latenessMs ?? 0;
  if (lateMs > LATE_MS) {
    const reason = t.late({ time: durationText(lateMs) });
    return lateMs > VERY_LATE_MS ? red(reason) : amber(reason);
  }
  if (loss !== null && loss >= LOSS) return amber(t.lost({ percent: percentText(loss) }));
  if (clockErrorMs !== null && clockErrorMs > CLOCK_ERROR_MS) {
    return amber(t.clockOff({ time: durationText(clockErrorMs) }));
  }
  if (receives === "socket") return amber(t.overSocket);
  if (neededMs === null) return amber(t.noLight);
  return { light: "green", reason: t.inTime };
}

/** The one screen for which all others wait; undefined if there is none. */
export function slowestOf(
  screens: Iterable<ScreenSeen>,
  figures: readonly ScreenFigures[],
  delay?: WallDelay,
): Slowest | undefined {
  const known = [...screens];
  const all = figuresThatCount(known, figures);
  const slow = all.find((one) => heldBackMs(one, all, delay) > 0);
  const screen = slow && known.find(({ id }) => id === slow.id);
  return screen && { screen, byMs: heldBackMs(slow, all, delay) };
}

/** The slowest screen in words, such as “Stage holds the wall back by 0.4 s”. */
export function describeSlowest({ screen, byMs }: Slowest): string {
  return health().screenHoldsBack({ screen: screenName(screen), time: durationText(byMs) });
}

/** The figures of the screens that count for the wall delay: those that are there and not switched off. */
export function figuresThatCount(
  screens: Iterable<ScreenSeen>,
  figures: readonly ScreenFigures[],
): ScreenFigures[] {
  const counting = new Set<string>();
  for (const { id, present, locked } of screens) if (present && !locked) counting.add(id);
  return figures.filter(({ id }) => counting.has(id));
}

/**
 * By how much shorter the wall delay would be without a screen, ms; 0 if it is about the same. In a large
 * wall the delay does not follow the slowest screens (`server/room/wall-delay.ts`), nor does one that is set.
 */
function heldBackMs(figures: ScreenFigures, all: readonly ScreenFigures[], delay?: WallDelay): number {
  const need = needOf(figures);
  const others = all.flatMap((other) => (other.id === figures.id ? [] : (needOf(other) ?? [])));
  if (need === undefined || others.length === 0) return 0;
  const next = others.reduce((most, other) => Math.max(most, other), DELAY_MIN_MS);
  if (need - next <= HOLDS_BACK_MS) return 0;
  if (delay && (!delay.auto || delay.to - next <= HOLDS_BACK_MS)) return 0;
  return Math.min(need, delay?.to ?? DELAY_MAX_MS) - next;
}

/** What a screen needs, as far as it counts: one without media has measured nothing. */
function needOf({ neededMs, receives }: ScreenFigures): number | undefined {
  return neededMs === null || receives === null ? undefined : neededMs;
}
