import {
  type ReadAnswer,
  type ReadCommand,
  type Repackaged,
  type Report,
  UNKNOWN,
  type Way,
} from "./report.ts";

/** The longest that a file may take: one that is long, on a slow disk, or made to take for ever. */
const TIMEOUT_MS = 120_000;

/** After this time without a question the worker is ended: what it has read may fill 50 MB; ms. */
const IDLE_MS = 3_000;

/**
 * The page's side of the worker that reads songs. It answers one question after the other; a worker that is
 * not to finish its answer is ended.
 */
export class SongReader {
  #worker: Worker | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws the signal's reason if it is aborted */
  async read(file: Blob, signal: AbortSignal): Promise<Report> {
    return ((await this.#ask({ type: "read", file }, signal)) as Report | undefined) ?? UNKNOWN;
  }

  /**
   * Makes a copy of a song in another way.
   * @throws the signal's reason if it is aborted
   */
  async repackage(file: Blob, way: Way, signal: AbortSignal): Promise<Repackaged> {
    const answer = await this.#ask({ type: "repackage", file, way }, signal);
    return (answer as Repackaged | undefined) ?? { playable: undefined, durationS: undefined };
  }

  async #ask(command: ReadCommand, signal: AbortSignal): Promise<ReadAnswer | undefined> {
    const answer = this.#last.then(() => {
      signal.throwIfAborted();
      return this.#answer(command, signal);
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #answer(command: ReadCommand, signal: AbortSignal): Promise<ReadAnswer | undefined> {
    clearTimeout(this.#idle);
    this.#worker ??= new Worker(new URL("./read-song-worker.ts", import.meta.url), { type: "module" });
    const worker = this.#worker;
    const { promise, resolve, reject } = Promise.withResolvers<ReadAnswer | undefined>();
    const end = () => {
      worker.terminate();
      if (this.#worker === worker) this.#worker = undefined;
    };
    const giveUp = () => {
      end();
      resolve(undefined);
    };
    const abort = () => {
      end();
      reject(signal.reason);
    };
    const timer = setTimeout(giveUp, TIMEOUT_MS);
    worker.onmessage = ({ data }: MessageEvent<ReadAnswer>) => resolve(data);
    worker.onerror = giveUp;
    signal.addEventListener("abort", abort);
    worker.postMessage(command);
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      this.#idle = setTimeout(end, IDLE_MS);
    });
  }
}
