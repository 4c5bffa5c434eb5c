import type { Report } from "#protocol/messages.ts";
import { attackAge } from "../light/attack.ts";
import { canBeExact, Exact } from "../shared/exact.ts";
import type { Piece } from "../shared/frames-worker.ts";
import type { Feed } from "./feed.ts";
import { Gaps } from "./gaps.ts";
import { GraphOffset, type Mark } from "./graph-offset.ts";
import { type Held, JitterBuffer } from "./jitter-buffer.ts";
import { MediaTime } from "./media-time.ts";
import type { Sound } from "./sound.ts";

/**
 * What light takes beside the jitter buffer: the network, the audio graph, half of the analyser's window; ms.
 */
const USUAL_WAY_MS = 50;

/**
 * How often the browser is asked for its times: to check what was measured, and where that is in doubt;
 * without it, while sound is handed on evenly, and while not; ms.
 */
const CHECK_INTERVAL_MS = 1_000;
const DOUBT_INTERVAL_MS = 250;
const STEADY_INTERVAL_MS = 100;
const MOVING_INTERVAL_MS = 50;

/** Measured again when the graph's clock has moved by this, and not more often than this, ms. */
const MOVED_MS = 3;
const MEASURE_INTERVAL_MS = 250;
/**
 * Fallen behind by this, it has dropped what it had no room for, and what was measured is as good as a guess,
 * ms.
 */
const HALTED_MS = 40;

/** Chromium answers with what it has counted already for so long (`RTCStatsCollector`), ms. */
const COUNTS_KEPT_MS = 55;

/**
 * What waits before the graph has room for five beats. Each time the graph falls behind another one waits,
 * and where there is no more room one is dropped, and all after it is heard so much earlier: some 10 ms.
 */
const DROPPED_MS = 8;

/** What is heard at a moment, and when it was to be heard. */
export interface Heard {
  /** In dB per bin. */
  spectrum: Float32Array;
  /** Media time of the middle of what the spectrum looks at, ms. */
  media: number;
}

/**
 * Dates what the analyser holds: at once by what the browser tells, and soon, where it can, by the frames
 * themselves.
 */
export class Dating {
  readonly time = new MediaTime();
  readonly #sound: Sound;
  readonly #onMoved: (after: number, by: number) => void;
  readonly #offset = new GraphOffset();
  readonly #gaps = new Gaps();
  readonly #buffer: JitterBuffer;
  readonly #exact: Exact | undefined;
  #receiver: RTCRtpReceiver | undefined;
  #askedAt = 0;
  /**
   * How the graph's time stood to the page's when it was measured last: what has moved since is worth another
   * look.
   */
  #measuredLead = 0;
  #measuredAt = Number.POSITIVE_INFINITY;
  /** The sound that is looked for: where it is from, and what it was believed to be. */
  #looked: { feed: Feed; renderedMs: number; mark: Mark } | undefined;
  /** Media time up to which what was heard was dated well, ms. */
  #sureTo = 0;
  /** Something has happened on the way that nobody counts. */
  #disturbed = false;
  /** Nothing was found since the graph was halted. */
  #halted = false;

  /**
   * @param onMoved what was heard after a media time was found to be of so much later in the song than was
   * said, ms
   */
  constructor(sound: Sound, onMoved: (after: number, by: number) => void) {
    this.#sound = sound;
    this.#onMoved = onMoved;
    this.#buffer = new JitterBuffer(({ skippedMs, madeUpMs }) => {
      this.#offset.skip(skippedMs, performance.now());
      this.#disturbed ||= madeUpMs > 0;
    });
    if (!canBeExact()) return;
    this.#exact = new Exact(
      () => this.#piece(),
      (lateMs) => this.#find(lateMs),
      // Its frames have come long before a sound is heard.
      0,
    );
  }

  get precision(): Report["precision"] {
    if (!this.time.known) return "buffer";
    return this.#offset.exact ? "exact" : "graph";
  }

  /** A receiver is made, through which sound may come later. */
  prepare(receiver: RTCRtpReceiver): void {
    this.#exact?.watch(receiver);
  }

  /** The sound comes from this receiver from now on. After a restart of the server it bears other times. */
  listen(receiver: RTCRtpReceiver): void {
    if (receiver === this.#receiver) return;
    this.#receiver = receiver;
    this.time.restartStream();
    this.#offset.reset();
  }

  /** The audio graph begins anew, and with it all that was measured of it. */
  restart(): void {
    this.time.restartGraph();
    this.#offset.reset();
    this.#gaps.reset();
  }

  /** Sound is heard again: measures by its frames, where the browser can. */
  refine(): void {
    this.#measure(performance.now());
  }

  /**
   * Lets sound wait in the jitter buffer until shortly before the wall shows it.
   * @returns the wall delay that this screen needs, ms
   */
  hold(held: Omit<Held, "isDated">): number {
    return this.#buffer.hold({ ...held, isDated: !this.#exact || this.#offset.exact });
  }

  /**
   * Where the browser tells no times, the jitter buffer alone holds sound back, about as long as the wall
   * waits, ms.
   */
  holdBlindly(delay: number, now: number): void {
    this.#buffer.holdBlindly(delay - USUAL_WAY_MS, now);
  }

  /** What is heard now. */
  hear(): Heard {
    const now = performance.now();
    this.#ask(now, this.#sound.renderedMs);
    this.#countGaps();
    if (this.#isDoubtful(now)) this.#measure(now);
    const [spectrum, renderedMs] = this.#sound.read(() => this.#sound.feed.spectrum());
    return { spectrum, media: this.#mediaAt(renderedMs - this.#sound.lookBackMs) };
  }

  /** Media time at which the beat begins that was just heard, ms. */
  attack(): number {
    const [waveform, renderedMs] = this.#sound.read(() => this.#sound.feed.waveform());
    return this.#mediaAt(renderedMs - attackAge(waveform, this.#sound.sampleRate) * 1_000);
  }

  #countGaps(): void {
    const [samples, renderedMs] = this.#sound.read(() => this.#sound.feed.remembered());
    this.#offset.miss(this.#gaps.look(samples, this.#sound.sampleRate, renderedMs));
  }

  #mediaAt(graphMs: number): number {
    return graphMs + (this.time.known ? this.#offset.value : 0);
  }

  /**
   * To ask the browser for its times halts this thread until another one answers: no more often than will do.
   */
  #ask(now: number, rendered: number): void {
    const isDue = now - this.#askedAt >= this.#askInterval;
    if (isDue) this.#askedAt = now;
    this.time.add(now, rendered, isDue ? this.#receiver?.getSynchronizationSources()[0] : undefined);
    if (this.time.known && !this.#offset.tell(this.time.offset, now)) this.#disturbed = true;
    if (this.#receiver) this.#buffer.watch(this.#receiver, now);
  }

  get #askInterval(): number {
    if (this.#offset.exact) return this.#disturbed ? DOUBT_INTERVAL_MS : CHECK_INTERVAL_MS;
    return this.time.steady ? STEADY_INTERVAL_MS : MOVING_INTERVAL_MS;
  }

  #isDoubtful(now: number): boolean {
    if (now - this.#measuredAt < MEASURE_INTERVAL_MS) return false;
    return this.#disturbed || Math.abs(this.time.graphLead - this.#measuredLead) > MOVED_MS;
  }

  #measure(now: number): void {
    this.#halted ||= this.#measuredLead - this.time.graphLead > HALTED_MS;
    this.#measuredAt = now;
    this.#measuredLead = this.time.graphLead;
    this.#disturbed = false;
    this.#exact?.calibrate();
  }

  #piece(): Piece | undefined {
    if (!this.time.known) return;
    // Between two frames of a page that is held up there may be some: not to be found first, and counted
    // then.
    this.#countGaps();
    const { nextFeed, sampleRate: rate } = this.#sound;
    const mark = this.#offset.mark(performance.now());
    // One after the other, since neither may ever be found.
    const isNext = nextFeed !== undefined && this.#looked?.feed !== nextFeed;
    if (isNext) Object.assign(mark, { offset: this.#offset.usual, missed: 0 });
    const feed = isNext ? nextFeed : this.#sound.feed;
    const [waveform, renderedMs] = this.#sound.read(() => feed.waveform());
    this.#looked = { feed, renderedMs, mark };
    const timestamp = this.time.timestampOf(renderedMs + mark.offset);
    const guessed = isNext || this.#halted || !this.#offset.exact;
    return { sound: waveform.slice(), rate, timestamp, guessed };
  }

  async #find(lateMs: number): Promise<void> {
    const { feed, renderedMs, mark } = this.#looked!;
    const wait = mark.at + COUNTS_KEPT_MS - performance.now();
    await new Promise((resolve) => setTimeout(resolve, wait));
    await this.#buffer.count(performance.now());
    const skipped = this.#offset.skippedBefore(mark.at);
    this.#halted = false;
    if (feed === this.#sound.nextFeed) {
      this.#sound.adopt();
      this.#gaps.reset(renderedMs);
      this.#offset.reset();
      this.#offset.find(mark, lateMs, skipped);
    } else if (feed === this.#sound.feed) {
      const wasExact = this.#offset.exact;
      const by = this.#offset.find(mark, lateMs, skipped);
      this.#onMoved(wasExact ? this.#sureTo : Number.NEGATIVE_INFINITY, by);
      if (by > DROPPED_MS && wasExact) this.#sound.reopen();
    }
    this.#sureTo = renderedMs + mark.offset + lateMs;
  }
}
