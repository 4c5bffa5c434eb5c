import type { DecodeCommand, DecodeEvent } from "./decode-worker.ts";
import type { Piece, Place } from "./song-parts.ts";

type Answer = Exclude<DecodeEvent, { type: "failed" }>;

/**
 * Decodes a song. Each part of it is decoded by a worker of its own: the memory of a worker grows with what
 * it has decoded, and only when it ends the browser has that back. A piece is good until the next one.
 * @throws Error if it cannot be decoded here
 */
export async function* decodedSong(file: Blob): AsyncGenerator<Piece, void, void> {
  let place: Place | undefined = { type: "time", seconds: 0 };
  while (place) {
    const part: PartDecoder = new PartDecoder(file, place);
    try {
      let answer = await part.next([]);
      let used: readonly ArrayBuffer[] = [];
      while (answer.type === "sound") {
        // It is decoded while the present one is used.
        const next = part.next(used);
        yield answer;
        used = answer.channels.map(({ buffer }) => buffer);
        answer = await next;
      }
      place = answer.next;
    } finally {
      part.close();
    }
  }
}

/** The side of a {@link decode-worker} that asks. */
class PartDecoder {
  readonly #worker = new Worker(new URL("./decode-worker.ts", import.meta.url), { type: "module" });

  constructor(file: Blob, place: Place) {
    this.#send({ type: "open", file, place });
  }

  /**
   * Asks for the next piece.
   * @param used memory of former ones that is not needed any more
   */
  next(used: readonly ArrayBuffer[]): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    // Whoever asks may have stopped waiting.
    promise.catch(() => {});
    this.#worker.onmessage = ({ data: event }: MessageEvent<DecodeEvent>) => {
      if (event.type === "failed") reject(new Error("the song cannot be decoded"));
      else resolve(event);
    };
    this.#worker.onerror = () => reject(new Error("the decoder does not run"));
    this.#send({ type: "more", buffers: used });
    return promise;
  }

  close(): void {
    this.#worker.terminate();
  }

  #send(command: DecodeCommand): void {
    this.#worker.postMessage(command, command.type === "more" ? [...command.buffers] : []);
  }
}
