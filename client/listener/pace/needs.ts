import type { Report } from "#protocol/messages.ts";

/** Frames that the figures cover: twelve seconds of 20 ms each. */
const FRAMES = 600;
/**
 * Share of frames that must be in time, those included that were lost and came again. Each one that is not
 * leaves some 80 ms of the song without a spectrum of its own.
 */
const IN_TIME = 0.998;
/** How fast a need that is over is given up, ms a second. */
const RELIEF_MS_PER_S = 5;
/** When the first reports are due after the first frame, ms. */
const FIRST_REPORTS_MS = [500, 1_500, 4_000];
/** Time between all later reports. */
const REPORT_INTERVAL_MS = 15_000;
/** Frames that are later than this are reported at once. */
const LATE_MS = 4;
/** The shortest time between two such reports, and before one of other news. */
const LATE_INTERVAL_MS = 700;

/** Determines the wall delay that this screen needs, and when to report it. */
export class Needs {
  readonly #needed: number[] = [];
  readonly #late: number[] = [];
  #peak: { needed: number; at: number } | undefined;
  #started: number | undefined;
  #reports = 0;
  #reported = 0;

  /**
   * @param needed the wall delay that this screen needs, ms
   * @param late how late this frame's newest level is; below 0 it is in time, ms
   */
  add(now: number, { needed, late }: { needed: number; late: number }): void {
    this.#started ??= now;
    this.#needed.push(needed);
    this.#late.push(Math.max(late, 0));
    if (this.#needed.length > FRAMES) {
      this.#needed.shift();
      this.#late.shift();
    }
  }

  /**
   * The figures to report, if it is time to.
   * @param isNews whether something else is to be reported soon
   */
  due(now: number, isNews = false): Pick<Report, "neededMs" | "latenessMs"> | undefined {
    if (this.#started === undefined || !this.#isTime(now, isNews)) return;
    const current = percentile(this.#needed);
    const eased = this.#peak
      ? this.#peak.needed - ((now - this.#peak.at) / 1_000) * RELIEF_MS_PER_S
      : current;
    this.#peak = { needed: Math.max(current, eased), at: now };
    this.#reported = now;
    return { neededMs: round(this.#peak.needed), latenessMs: round(percentile(this.#late)) };
  }

  #isTime(now: number, isNews: boolean): boolean {
    const first = FIRST_REPORTS_MS[this.#reports];
    if (first !== undefined && now - this.#started! >= first) {
      this.#reports += 1;
      return true;
    }
    const since = now - this.#reported;
    if (isNews && this.#reports > 0 && since >= LATE_INTERVAL_MS) return true;
    if (since >= REPORT_INTERVAL_MS) return first === undefined;
    if (since < LATE_INTERVAL_MS || this.#late[this.#late.length - 1]! <= LATE_MS) return false;
    return percentile(this.#late) > LATE_MS;
  }
}

function percentile(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * IN_TIME) - 1] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
