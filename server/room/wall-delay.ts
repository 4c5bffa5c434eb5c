import { DELAY_MAX_MS, DELAY_MIN_MS, delayAt, type WallDelay } from "../protocol/timing.ts";

/** Before any screen has reported. */
const FIRST_MS = 150;
/** The share of screens that the delay serves; one that is further behind shows its newest. */
const SERVED = 0.95;
/**
 * No screen is believed to need more than this beyond the next slowest one, nor beyond the one that is slower
 * than three quarters of the wall: enough for a screen on a relayed or a bad link (a phone's network, TCP
 * through TURN, Wi-Fi that stalls for 300 ms) in a wall of quick ones, and too little for one that lies to
 * make the wall late. A screen alone gets as much beyond {@link FIRST_MS}, so that any screen gets 500 ms.
 * What is slower is served by the host's hand.
 */
const BEYOND_OTHERS_MS = 350;
/** The share of screens of which the slowest is believed without another one. */
const VOUCHED = 0.75;
/** Above what is needed: a network has not shown its worst yet. */
const MARGIN_MS = 20;
/** What is needed must fall short by this much for the delay to go down, so that it does not hunt. */
const SLACK_MS = 25;
/** Up when light would be late, at a pace no eye sees; down in small pieces, which can be broken off. */
const UP_MS_PER_MS = 0.2;
const DOWN_MS = 10;
const DOWN_OVER_MS = 700;
/** From the message to the move, so that every screen has heard of it. */
const NOTICE_MS = 300;

/** The delay of a room: what most screens need and a margin, or what the host has set. Moves, never jumps. */
export class WallDelays {
  readonly #now: () => number;
  #set: number | undefined;
  #current: WallDelay = { from: FIRST_MS, to: FIRST_MS, at: 0, until: 0, auto: true };

  /** @param now the wall clock, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  get current(): WallDelay {
    return this.#current;
  }

  /** Whether a screen that needs this much is better served soon than at the next regular look. */
  isShort(needed: number): boolean {
    return this.#set === undefined && isPlausible(needed) && needed > this.#current.to;
  }

  /** The host's choice in ms, or null to follow what screens need. */
  set(delay: number | null): void {
    this.#set = delay ?? undefined;
  }

  /**
   * Decides anew from what each screen says that it needs, in ms; what no screen can need is passed over.
   * @returns whether {@link current} has changed
   */
  update(needs: readonly number[]): boolean {
    const now = this.#now();
    if (now < this.#current.until) return false;
    const auto = this.#set === undefined;
    const target = bounded(this.#set ?? this.#automatic(needs));
    const from = this.#current.to;
    if (target === from && auto === this.#current.auto) return false;
    const to = auto ? Math.max(target, from - DOWN_MS) : target;
    const over = auto && to < from ? DOWN_OVER_MS : Math.abs(to - from) / UP_MS_PER_MS;
    const at = now + NOTICE_MS;
    this.#current = { from, to, at, until: at + over, auto };
    return true;
  }

  #automatic(needs: readonly number[]): number {
    const present = delayAt(this.#current, this.#now());
    const sorted = needs.filter(isPlausible).toSorted((a, b) => a - b);
    const asked = sorted[Math.ceil(sorted.length * SERVED) - 1];
    if (asked === undefined) return present;
    const needed = Math.min(asked, vouchedFor(sorted) + BEYOND_OTHERS_MS);
    const target = Math.round(needed + MARGIN_MS);
    return target > present || target < present - SLACK_MS ? target : present;
  }
}

/**
 * Whether a screen can need this: sound takes time to come, and what is later than the longest delay is lost
 * anyway.
 */
function isPlausible(needed: number): boolean {
  return needed >= 0 && needed <= DELAY_MAX_MS;
}

/** What is needed by a screen that is believed, ms; at least what a wall begins with. */
function vouchedFor(sorted: readonly number[]): number {
  const vouched = sorted[Math.min(Math.ceil(sorted.length * VOUCHED) - 1, sorted.length - 2)];
  return Math.max(vouched ?? FIRST_MS, FIRST_MS);
}

function bounded(delay: number): number {
  return Math.min(Math.max(delay, DELAY_MIN_MS), DELAY_MAX_MS);
}
