import type { FromFrames, ToFrames } from "./frames-worker.ts";

/** One finding confirms what is believed; so many in a row that agree among themselves correct it. How closely they must agree, ms. */
const FINDINGS = 3;
const AGREEMENT_MS = 1;
/** Between two looks, ms. */
const INTERVAL_MS = 20;
/** For so long it goes on looking, ms: silence, a strange decoder, a machine too busy to hear evenly. */
const LOOKS_MS = 4_000;
/** The audio graph slips by a beat now and then, and no API tells, ms. */
const AGAIN_MS = 2_000;

/** A piece of what the audio graph holds, and the RTP time that its last sample is believed to have. */
export interface Piece {
  sound: Float32Array;
  rate: number;
  timestamp: number;
}

/** Whether this browser shows encoded frames, and decodes them for us. */
export function canBeExact(): boolean {
  return "RTCRtpScriptTransform" in window && "AudioDecoder" in window;
}

/**
 * Dates sound exactly: compares what the audio graph holds with the frames of the connection, which bear their RTP
 * time. Once or some times, every two seconds and when asked, a second decoder runs over some 400 ms of them; otherwise
 * frames only pass by.
 */
export class Exact {
  readonly #worker: Worker;
  readonly #piece: () => Piece | undefined;
  readonly #onFound: (lateMs: number) => void;
  readonly #framesMs: number;
  #findings: number[] = [];
  #since = 0;
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

  /** Sees the frames of this connection from now on. Browsers allow it only in the task in which it was made. */
  watch(connection: RTCRtpReceiver | RTCRtpSender): void {
    connection.transform = new RTCRtpScriptTransform(this.#worker);
  }

  /** Measures now, and from then on again and again. */
  calibrate(): void {
    this.#findings = [];
    this.#since = performance.now();
    this.#look();
  }

  #look(): void {
    const piece = this.#piece();
    if (piece) this.#wait(this.#framesMs, () => this.#tell(piece));
    else this.#take(null);
  }

  #take(lateMs: number | null): void {
    if (lateMs !== null) this.#findings.push(lateMs);
    const found = agreed(this.#findings.slice(-FINDINGS));
    if (found === undefined && performance.now() - this.#since < LOOKS_MS) {
      this.#wait(INTERVAL_MS, () => this.#look());
      return;
    }
    if (found !== undefined) this.#onFound(found);
    this.#wait(AGAIN_MS, () => this.calibrate());
  }

  #wait(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }

  #tell(message: ToFrames): void {
    this.#worker.postMessage(message);
  }
}

/** The newest, if it confirms what was believed; or the median, if all agree: what stretches sound in between shifts those after it. */
function agreed(findings: number[]): number | undefined {
  const newest = findings.at(-1);
  if (newest !== undefined && Math.abs(newest) <= AGREEMENT_MS) return newest;
  if (findings.length < FINDINGS) return;
  const [low, middle, high] = findings.toSorted((a, b) => a - b) as [number, number, number];
  return high - low <= AGREEMENT_MS ? middle : undefined;
}
