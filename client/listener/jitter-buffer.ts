import { DELAY_MAX_MS, RTP_PER_MS } from "#protocol/timing.ts";

/** How often it is asked: while it leaves sound as it is, and while it stretches it, ms. */
const QUIET_INTERVAL_MS = 200;
const BUSY_INTERVAL_MS = 50;
/** Having stretched sound it will most probably do so again in this time, ms. */
const BUSY_MS = 1_000;
/**
 * Asked this much behind the wall, so that a level is there a frame and a beat of the graph before it is due,
 * ms.
 */
const RESERVE_MS = 40;
/**
 * The first sound is not held back, and for a while none that is not dated; a target that moves by less is no
 * better; ms.
 */
const FIRST_HOLD_MS = 1_000;
const UNDATED_HOLD_MS = 4_000;
const HOLD_INTERVAL_MS = 500;
const HOLD_STEP_MS = 20;
/**
 * Once a packet is missing, Chromium's buffer makes sound up until it holds half of its target: no more than
 * this times what it holds.
 */
const RAISE = 1.9;
/**
 * A gap shows with the next packet, and what was lost comes again a round trip later; ms. A longer wait is
 * not worth it.
 */
const PACKET_MS = 20;
const REPAIR_MAX_MS = 500;
/** For so long after a packet was missing it is waited for as if one would be again, ms. */
const WARY_MS = 60_000;
/** Holding more than it was told to and this, it does so for reasons of its own, ms. */
const ASTRAY_MS = 40;

/** What a jitter buffer has done to sound since it was asked last. */
export interface Stretched {
  /** Sound that it left out to catch up, less what it put in to wait, ms. */
  skippedMs: number;
  /** Sound that it made up because none had come, ms. */
  madeUpMs: number;
}

/** What decides how long sound is held; in ms. */
export interface Held {
  /** How long after its time in the song the newest sound is heard now. */
  behind: number;
  /** The wall delay. */
  delay: number;
  /** To the server and back at least. */
  roundTrip: number;
  /**
   * Whether the sound's time is known as well as it ever will be: sound that is stretched cannot be found
   * among frames.
   */
  isDated: boolean;
  now: number;
}

/** What a browser's statistics count from the start of a receiver; absent where it does not. */
type Counts = Partial<
  Record<
    | "removedSamplesForAcceleration"
    | "insertedSamplesForDeceleration"
    | "concealedSamples"
    | "packetsLost"
    | "jitterBufferDelay"
    | "jitterBufferMinimumDelay"
    | "jitterBufferEmittedCount",
    number
  >
>;

/**
 * The browser's jitter buffer of received sound. It is watched, because stretched sound bears other times;
 * and told to hold sound nearly until the wall shows it: what waits there cannot be missing, and costs no one
 * any time.
 */
export class JitterBuffer {
  readonly #onStretched: (since: Stretched) => void;
  #receiver: RTCRtpReceiver | undefined;
  #counts: Counts | undefined;
  #askedAt = 0;
  #asking: Promise<void> | undefined;
  #stretchedAt = Number.NEGATIVE_INFINITY;
  /**
   * What it holds now and what it would hold by itself, on average, ms; undefined where the browser does not
   * say.
   */
  #held: number | undefined;
  #least = 0;
  #missedAt = Number.NEGATIVE_INFINITY;
  #firstAt = 0;
  #toldAt = 0;
  #target = 0;

  /** @param onStretched called only when there is something to tell */
  constructor(onStretched: (since: Stretched) => void) {
    this.#onStretched = onStretched;
  }

  /** Call it each frame. @param now `performance.now()` */
  watch(receiver: RTCRtpReceiver, now: number): void {
    if (receiver !== this.#receiver) this.#begin(receiver, now);
    const interval = now - this.#stretchedAt < BUSY_MS ? BUSY_INTERVAL_MS : QUIET_INTERVAL_MS;
    if (now - this.#askedAt >= interval) void this.count(now);
  }

  /** Resolves when all is counted that has left the buffer until `now`, `performance.now()`, or cannot be. */
  count(now: number): Promise<void> {
    const receiver = this.#receiver!;
    this.#askedAt = now;
    this.#asking ??= receiver
      .getStats()
      .then((report) => receiver === this.#receiver && this.#take(report, now))
      // A receiver of a connection that was closed meanwhile.
      .catch(() => {})
      .then(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }

  /**
   * Holds sound until shortly before it is due. Call it each frame.
   * @returns the wall delay that this screen needs, ms
   */
  hold({ behind, delay, roundTrip, isDated, now }: Held): number {
    if (this.#held === undefined) return behind;
    // The buffer's own figure is an average, and while it fills too low; no way is shorter than to the
    // server.
    const way = Math.max(behind - this.#held, roundTrip / 2);
    const isFree = now - this.#firstAt > (isDated ? FIRST_HOLD_MS : UNDATED_HOLD_MS);
    if (isFree && now - this.#toldAt > HOLD_INTERVAL_MS) {
      this.#toldAt = now;
      this.#tell(Math.min(delay - way - RESERVE_MS, (this.#held + PACKET_MS) * RAISE));
    }
    const wary = now - this.#missedAt < WARY_MS;
    // The question and what comes again are as late as packets are at all.
    const repair = wary ? Math.min(2 * this.#least + PACKET_MS + roundTrip, REPAIR_MAX_MS) : 0;
    const astray = this.#held > this.#target + ASTRAY_MS ? this.#held : 0;
    return way + Math.max(this.#least, repair, astray);
  }

  /** Holds sound this long, ms: where the browser tells no times to paint by, not even after a while. */
  holdBlindly(target: number, now: number): void {
    if (now - this.#firstAt > UNDATED_HOLD_MS) this.#tell(target);
  }

  #begin(receiver: RTCRtpReceiver, now: number): void {
    this.#receiver = receiver;
    this.#counts = undefined;
    this.#held = undefined;
    this.#target = 0;
    this.#firstAt = now;
  }

  #tell(wanted: number): void {
    // Until the clock of a server that was started anew is known, what is wanted may be hours; browsers throw
    // at that.
    const target = Math.round(Math.min(Math.max(wanted, 0), DELAY_MAX_MS));
    if (!this.#receiver || !("jitterBufferTarget" in this.#receiver)) return;
    if (Math.abs(target - this.#target) < HOLD_STEP_MS) return;
    this.#target = target;
    this.#receiver.jitterBufferTarget = target;
  }

  #take(report: RTCStatsReport, now: number): void {
    for (const stats of (report as unknown as Map<string, RTCStats & Counts>).values()) {
      if (stats.type !== "inbound-rtp") continue;
      const { skippedMs, madeUpMs, lost, emitted, held, least } = since(this.#counts ?? stats, stats);
      this.#counts = stats;
      if (emitted > 0 && stats.jitterBufferMinimumDelay !== undefined) {
        this.#held = held / emitted;
        this.#least = least / emitted;
      }
      if (skippedMs !== 0) this.#stretchedAt = now;
      if (madeUpMs > 0 || lost > 0) this.#missedAt = now;
      if (skippedMs !== 0 || madeUpMs !== 0) this.#onStretched({ skippedMs, madeUpMs });
    }
  }
}

function since(before: Counts, now: Counts) {
  const more = (name: keyof Counts) => (now[name] ?? 0) - (before[name] ?? 0);
  return {
    skippedMs: (more("removedSamplesForAcceleration") - more("insertedSamplesForDeceleration")) / RTP_PER_MS,
    madeUpMs: more("concealedSamples") / RTP_PER_MS,
    lost: more("packetsLost"),
    emitted: more("jitterBufferEmittedCount"),
    held: more("jitterBufferDelay") * 1_000,
    least: more("jitterBufferMinimumDelay") * 1_000,
  };
}
