import type { ScreenFigures } from "#protocol/messages.ts";
import { DELAY_MAX_MS, DELAY_MIN_MS, type WallDelay } from "#protocol/timing.ts";
import type { ScreenSeen } from "#protocol/wall.ts";
import { health, hints } from "../../words/en/health.ts";
import { screenName } from "../../words/screen-name.ts";
import { durationText, numberText, percentText } from "../../words/units.ts";

/** By how much more than any other a screen must need before it is said to hold the wall back, ms. */
const HOLDS_BACK_MS = 300;
/** Light that is later than this is seen as out of step by anyone. */
const VERY_LATE_MS = 100;
/** Light that is later than this is seen as out of step beside a screen that is in time. */
const LATE_MS = 20;
/** A clock that may be off by more than this may put the light out of step, ms. */
const CLOCK_ERROR_MS = 15;
/** Packet loss from which on repairs come too late now and then, 0..1. */
const LOSS = 0.02;
/** Fewer pictures a second than this are seen as jerks: with its battery saver on, a phone paints 30. */
const PAINT_RATE = 40;

/** What may be wrong with a screen. */
export type Trouble = keyof typeof hints.english;

/** How well a screen does: as it should, so that a person might look after it, or so that one must. */
export interface ScreenHealth {
  light: "green" | "amber" | "red";
  /** Why, in plain words. */
  reason: string;
  /** What is wrong; undefined if nothing is. */
  trouble?: Trouble;
  /** How bad it is among screens with the same trouble, in a measure of its own. */
  extent: number;
}

/** The screen for which all others wait. */
export interface Slowest {
  screen: ScreenSeen;
  /** By how much shorter the wall delay would be without it, ms. */
  byMs: number;
}

const troubled =
  (light: "amber" | "red") =>
  (trouble: Trouble, reason: string, extent = 0): ScreenHealth => ({ light, reason, trouble, extent });

const red = troubled("red");
const amber = troubled("amber");

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
  const { clockErrorMs, latenessMs, loss, neededMs, paintRate, receives } = figures;
  if (receives === null) return red("noMusic", t.noMusic);
  const heldMs = heldBackMs(figures, all, delay);
  if (heldMs > 0) return red("holdsBack", t.holdsBack({ time: durationText(heldMs) }), heldMs);
  const lateMs = latenessMs ?? 0;
  if (lateMs > LATE_MS) {
    const reason = t.late({ time: durationText(lateMs) });
    // Without UDP nothing on the device helps.
    const trouble = receives === "socket" ? "overSocket" : "late";
    return (lateMs > VERY_LATE_MS ? red : amber)(trouble, reason, lateMs);
  }
  if (loss !== null && loss >= LOSS) return amber("lost", t.lost({ percent: percentText(loss) }), loss);
  if (clockErrorMs !== null && clockErrorMs > CLOCK_ERROR_MS) {
    return amber("clockOff", t.clockOff({ time: durationText(clockErrorMs) }), clockErrorMs);
  }
  if (receives === "socket") return amber("overSocket", t.overSocket);
  if (neededMs === null) return amber("noLight", t.noLight);
  if (paintRate !== null && paintRate < PAINT_RATE) {
    return amber("paintsSlowly", t.paintsSlowly({ number: numberText(paintRate) }), PAINT_RATE - paintRate);
  }
  return { light: "green", reason: t.inTime, extent: 0 };
}

/** What to do next for a screen, in plain words; "" if it does well. */
export function hintFor({ trouble }: ScreenHealth): string {
  return trouble ? hints()[trouble] : "";
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
