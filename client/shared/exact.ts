import type { FromFrames, Piece } from "./frames-worker.ts";
import { isSilent } from "./match.ts";

/** Off by less than this, ms, nothing has slipped. */
const SURE_MS = 1;
/**
 * Between two looks, ms: some may follow each other quickly, and on average they have their time. A machine
 * that is too busy to hear evenly must not be made busier by looking.
 */
const INTERVAL_MS = 20;
const AVERAGE_INTERVAL_MS = 250;
const QUICK_LOOKS = 8;
/**
 * In the pauses of a song there is nothing to be found: so often it is asked whether they are over, which
 * costs next to nothing, ms.
 */
const SILENCE_MS = 50;
/** For so long it goes on looking, ms: a strange decoder, a machine too busy to hear evenly. */
const LOOKS_MS = 4_000;
/**
 * The audio graph slips by a beat now and then, and no API tells. Where it has, it soon will again: a machine
 * is busy, as it is when a page has just begun. ms.
 */
const AGAIN_MS = 1_000;
const SLIPPING_AGAIN_MS = 400;
const SLIPPING_MS = 20_000;
/** An answer that takes longer does not come, ms. */
const ANSWER_MAX_MS = 2_000;
/** A correction is confirmed soon, ms. */
const CONFIRM_MS = 200;

/** Whether this browser shows encoded frames, and decodes them for us. */
export function canBeExact(): boolean {
  return "RTCRtpScriptTransform" in window && "AudioDecoder" in window;
}

/**
 * Dates sound exactly: compares what the audio graph holds with the frames of the connection, which bear
 * their RTP time. Every second and when asked, a second decoder runs over some 200 ms of them; otherwise
 * frames only pass by.
 */
export class Exact {
  readonly #worker: Worker;
  readonly #piece: () => Piece | undefined;
  readonly #onFound: (lateMs: number) => void;
  readonly #framesMs: number;
  #looking = false;
  /** Looks so far, and the last of those that do not count. */
  #asked = 0;
  #outdated = 0;
  #since = 0;
  #slippedAt = Number.NEGATIVE_INFINITY;
  /** When the next look would be if all had kept to their average, ms. */
  #evenly = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Starts its worker, so that it is ready when frames come.
   * @param piece gives sound to date; undefined while there is none
   * @param onFound takes how much later than believed the sound is, in ms, now and then
   * @param framesMs how long after a sound its frames are ready and decoded
   */
  constructor(piece: () => Piece | undefined, onFound: (lateMs: number) => void, framesMs: number) {
    this.#framesMs = framesMs;
    this.#piece = piece;
    this.#onFound = onFound;
    this.#worker = new Worker(new URL("./frames-worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromFrames>) => this.#take(data.lateMs);
  }

  /**
   * Sees the frames of this connection from now on. Browsers allow it only in the task in which it was made.
   */
  watch(connection: RTCRtpReceiver | RTCRtpSender): void {
    connection.transform = new RTCRtpScriptTransform(this.#worker);
  }

  /**
   * Measures now, and from then on again and again. What is asked already tells nothing of what has happened
   * since.
   */
  calibrate(): void {
    this.#outdated = this.#asked;
    this.#since = performance.now();
    if (this.#looking) return;
    this.#looking = true;
    this.#look();
  }

  #look(): void {
    const now = performance.now();
    const early = this.#evenly - now - (QUICK_LOOKS - 1) * AVERAGE_INTERVAL_MS;
    if (early > 0) {
      this.#wait(early, () => this.#look());
      return;
    }
    const piece = this.#piece();
    if (!piece || isSilent(piece.sound.subarray(piece.sound.length / 2))) {
      this.#since = now;
      this.#wait(SILENCE_MS, () => this.#look());
      return;
    }
    this.#evenly = Math.max(this.#evenly, now) + AVERAGE_INTERVAL_MS;
    this.#asked += 1;
    this.#wait(this.#framesMs, () => this.#ask(piece));
  }

  #ask(piece: Piece): void {
    this.#worker.postMessage(piece);
    // A decoder may never be done.
    this.#wait(ANSWER_MAX_MS, () => this.#take(null));
  }

  #take(lateMs: number | null): void {
    const now = performance.now();
    const found = this.#asked > this.#outdated ? lateMs : null;
    if (found === null && now - this.#since < LOOKS_MS) {
      this.#wait(INTERVAL_MS, () => this.#look());
      return;
    }
    this.#looking = false;
    if (found !== null) this.#onFound(found);
    const isSure = Math.abs(found ?? 0) <= SURE_MS;
    if (!isSure) this.#slippedAt = now;
    const again = now - this.#slippedAt < SLIPPING_MS ? SLIPPING_AGAIN_MS : AGAIN_MS;
    this.#wait(isSure ? again : CONFIRM_MS, () => this.calibrate());
  }

  #wait(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}
