import type { PictureLayer } from "../model.ts";

/** Loss below which the high layer may be tried. */
const GOOD_LOSS = 0.02;
/** Loss above which a listener falls back to the low layer. */
const BAD_LOSS = 0.1;
/** For this many ms all reports must be good before the high layer is tried. */
const GOOD_MS = 5_000;
/** The first attempt after a failure waits this many ms, each further one twice as long as the one before. */
const RETRY_MS = 15_000;
/** Longest wait before an attempt, ms. */
const RETRY_MAX_MS = 240_000;
/** A high layer that has lasted this many ms is no failed attempt: the next wait is the shortest again. */
const LASTING_MS = 60_000;
/** An estimate below this share of the greatest one since the last change has fallen. */
const FALLEN_ESTIMATE = 0.9;
/** Reports of this many ms after a change still count packets of before, or numbers that were left out. */
const GRACE_MS = 2_500;

/** Requests for missing packets are counted over this many ms: they come long before a report does. */
const MISSING_WINDOW_MS = 500;
/** A listener falls that asks for more than this share of the packets of that time, and this many. */
const MISSING_SHARE = 0.25;
const MISSING_MIN = 10;

/** Chooses the layer that one listener gets, by its reports. It has no clock of its own. */
export class LayerChoice {
  readonly #offered: ReadonlySet<PictureLayer>;
  #flowing: ReadonlySet<PictureLayer> = new Set();
  #layer: PictureLayer = "low";
  /** Time since which all reports were good; undefined before the first one. */
  #goodSince: number | undefined;
  #changedAt = Number.NEGATIVE_INFINITY;
  #retryAt = Number.NEGATIVE_INFINITY;
  #retryMs = RETRY_MS;
  /** Packets of the high layer that the listener has asked for again, since a time. */
  #missing = { since: Number.NEGATIVE_INFINITY, packets: 0 };
  /** The listener's greatest estimate of its rate since the last change, bits per second. */
  #peak = 0;

  /** @param offered the layers of the listener's offer */
  constructor(offered: Iterable<PictureLayer>) {
    this.#offered = new Set(offered);
  }

  /** The layer to send now; undefined while none flows that the listener can get. */
  get layer(): PictureLayer | undefined {
    const possible = [...this.#flowing].filter((layer) => this.#offered.has(layer));
    return possible.length > 1 ? this.#layer : possible[0];
  }

  /** The layers that the host sends now. */
  setFlowing(layers: Iterable<PictureLayer>): void {
    this.#flowing = new Set(layers);
  }

  /** The listener gets another layer from now on. */
  changed(time: number): void {
    this.#changedAt = time;
    this.#goodSince = undefined;
    this.#peak = 0;
    this.#missing = { since: time, packets: 0 };
  }

  /**
   * Takes a listener's request for missing packets of the layer that it gets. Where the high layer fills its
   * link, sound is lost too, so that must not wait for a report.
   * @param packets how many it asks for
   * @param perSecond packets of the layer in a second
   */
  missed(packets: number, perSecond: number, time: number): void {
    if (this.#layer !== "high") return;
    if (time - this.#missing.since > MISSING_WINDOW_MS) this.#missing = { since: time, packets: 0 };
    this.#missing.packets += packets;
    const most = Math.max(MISSING_MIN, (perSecond * MISSING_SHARE * MISSING_WINDOW_MS) / 1000);
    if (this.#missing.packets > most) this.#fall(time);
  }

  /**
   * Takes a report about the layer that the listener gets.
   * @param loss 0 to 1
   */
  report(loss: number, time: number): void {
    if (time - this.#changedAt < GRACE_MS) return;
    if (loss >= GOOD_LOSS) this.#goodSince = undefined;
    else this.#goodSince ??= time;
    if (this.#layer === "high") {
      if (loss > BAD_LOSS) this.#fall(time);
      return;
    }
    const isGood = this.#goodSince !== undefined && time - this.#goodSince >= GOOD_MS;
    if (isGood && time >= this.#retryAt && this.#hasBoth) this.#layer = "high";
  }

  /**
   * Takes the listener's own estimate of the rate that it can receive (REMB). Browsers estimate at most half
   * more than they receive, and raise it slowly. So an estimate says nothing about a layer that the listener
   * does not get, and it shows congestion only where it has fallen, below what the listener gets.
   * @param estimate bits per second
   * @param rate what the listener is sent, bits per second
   */
  setEstimate(estimate: number, rate: number, time: number): void {
    this.#peak = Math.max(this.#peak, estimate);
    if (estimate >= rate || estimate >= this.#peak * FALLEN_ESTIMATE) return;
    this.#goodSince = undefined;
    if (this.#layer === "high") this.#fall(time);
  }

  get #hasBoth(): boolean {
    return this.#offered.size > 1 && this.#flowing.size > 1;
  }

  #fall(time: number): void {
    if (!this.#hasBoth) return;
    this.#layer = "low";
    this.#goodSince = undefined;
    if (time - this.#changedAt >= LASTING_MS) this.#retryMs = RETRY_MS;
    this.#retryAt = time + this.#retryMs;
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
  }
}
