import { DELAY_MAX_MS, DELAY_MIN_MS, delayAt, type WallDelay } from "../protocol/timing.ts";

/** Delay before any screen has reported. */
const FIRST_MS = 150;
/** Share of screens whose needs the delay meets. A screen with a greater need paints late. */
const SERVED_SHARE = 0.95;
/**
 * Greatest need that is accepted above the reference need: the lower one of the second greatest need and the
 * need at {@link REFERENCE_SHARE}. This is enough for a screen on a bad or relayed link among fast ones (a
 * mobile network, TCP through TURN, Wi-Fi that stalls for 300 ms), and too little for a screen with false
 * reports to make the wall late. The reference is at least {@link FIRST_MS}, so a single screen can get
 * 500 ms. For slower screens the host sets the delay.
 */
const ABOVE_REFERENCE_MS = 350;
/** Share of screens whose greatest need is accepted as the reference. */
const REFERENCE_SHARE = 0.75;
/** Added to the need, because a link may become worse than it has been so far. */
const MARGIN_MS = 20;
/** The delay falls only if the need is at least this much below it, so that it does not oscillate. */
const SLACK_MS = 25;
/** How fast the delay rises, in ms of delay for one ms of time: too slow to be visible. */
const RISE_RATE = 0.2;
/** Size of one step down. Steps are small, so that a new need can soon end the descent. */
const STEP_DOWN_MS = 10;
/** Duration of one step down. */
const STEP_DOWN_OVER_MS = 700;
/** Time from the message to the change. By then every screen has received it. */
const NOTICE_MS = 300;

/**
 * The wall delay of a room: the need of most screens plus a margin, or the value that the host has set. It
 * changes gradually.
 */
export class WallDelays {
  readonly #now: () => number;
  #set: number | undefined;
  #current: WallDelay;

  /**
   * @param now monotonic time, ms
   * @param firstMs the delay to begin with, ms
   * @param fixedMs the host's choice, ms; null for none
   */
  constructor(now: () => number, firstMs: number = FIRST_MS, fixedMs: number | null = null) {
    this.#now = now;
    this.set(fixedMs);
    const ms = fixedMs ?? firstMs;
    this.#current = { from: ms, to: ms, at: 0, until: 0, auto: fixedMs === null };
  }

  /** The host's choice, ms; null while the delay follows the needs of the screens. */
  get fixedMs(): number | null {
    return this.#set ?? null;
  }

  get current(): WallDelay {
    return this.#current;
  }

  /** Whether the delay is too short for a screen with this need, ms, so that it should be updated soon. */
  isTooShortFor(needed: number): boolean {
    return this.#set === undefined && isPlausible(needed) && needed > this.#current.to;
  }

  /** Sets the host's choice, ms; null lets the delay follow the needs of the screens. */
  set(delay: number | null): void {
    this.#set = delay ?? undefined;
  }

  /**
   * Computes the delay from the need that each screen reports, ms. Implausible needs are ignored.
   * @returns whether {@link current} has changed
   */
  update(needs: readonly number[]): boolean {
    const now = this.#now();
    if (now < this.#current.until) return false;
    const auto = this.#set === undefined;
    const target = bounded(this.#set ?? this.#automatic(needs));
    const from = this.#current.to;
    if (target === from && auto === this.#current.auto) return false;
    const to = auto ? Math.max(target, from - STEP_DOWN_MS) : target;
    const over = auto && to < from ? STEP_DOWN_OVER_MS : Math.abs(to - from) / RISE_RATE;
    const at = now + NOTICE_MS;
    this.#current = { from, to, at, until: at + over, auto };
    return true;
  }

  #automatic(needs: readonly number[]): number {
    const present = delayAt(this.#current, this.#now());
    const sorted = needs.filter(isPlausible).toSorted((a, b) => a - b);
    const asked = sorted[Math.ceil(sorted.length * SERVED_SHARE) - 1];
    if (asked === undefined) return present;
    const needed = Math.min(asked, referenceNeed(sorted) + ABOVE_REFERENCE_MS);
    const target = Math.round(needed + MARGIN_MS);
    return target > present || target < present - SLACK_MS ? target : present;
  }
}

/** Whether a screen can need this. A need is never negative, and a greater one cannot be met. */
function isPlausible(needed: number): boolean {
  return needed >= 0 && needed <= DELAY_MAX_MS;
}

/** The need that is accepted without a limit, ms; see {@link ABOVE_REFERENCE_MS}. */
function referenceNeed(sorted: readonly number[]): number {
  const reference = sorted[Math.min(Math.ceil(sorted.length * REFERENCE_SHARE) - 1, sorted.length - 2)];
  return Math.max(reference ?? FIRST_MS, FIRST_MS);
}

function bounded(delay: number): number {
  return Math.min(Math.max(delay, DELAY_MIN_MS), DELAY_MAX_MS);
}
