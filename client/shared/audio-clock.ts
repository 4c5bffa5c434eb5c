/** What of an AudioContext tells whether it runs. */
export interface AudioClock {
  readonly state: string;
  readonly currentTime: number;
}

/** What to do about a context whose clock stands. */
export type Cure = "resume" | "rebuild" | "give-up";

/** A clock that does not move for so long stands, ms: audio threads of busy machines pause for less. */
const STANDS_MS = 1_000;
/** The wait for each cure before the next one is tried, ms. */
const CURES: readonly { cure: Cure; waitMs: number }[] = [
  { cure: "resume", waitMs: STANDS_MS },
  { cure: "rebuild", waitMs: 750 },
  { cure: "give-up", waitMs: 2_000 },
];
/** After a longer time without a look, the page itself has stood still, ms. */
const UNWATCHED_MS = 2_500;

/**
 * Watches whether the clock of an AudioContext moves while sound is wanted. A context may say that it runs
 * and stand still: after a phone call, or when its device has gone. It is resumed, then replaced, and then
 * given up.
 */
export class AudioClockWatch {
  #time: number | undefined;
  /** When the clock moved last, or a cure was tried, ms. */
  #since = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #tried = 0;

  /** No cure has helped. */
  get hasGivenUp(): boolean {
    return this.#tried === CURES.length;
  }

  /** To be called several times a second while sound is wanted. @returns a cure that is due now */
  look({ state, currentTime }: AudioClock, now: number): Cure | undefined {
    const isWatched = now - this.#lookedAt <= UNWATCHED_MS;
    this.#lookedAt = now;
    const moves = state === "running" && this.#time !== undefined && currentTime !== this.#time;
    this.#time = currentTime;
    if (moves) this.#tried = 0;
    if (moves || !isWatched) this.#since = now;
    const next = CURES[this.#tried];
    if (!next || now - this.#since < next.waitMs) return undefined;
    this.#tried += 1;
    this.#since = now;
    return next.cure;
  }

  /** Another context is looked at from now on. */
  begin(): void {
    this.#time = undefined;
  }

  /** A person asks for sound: all cures may help again. */
  retry(): void {
    this.#tried = 0;
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }
}
