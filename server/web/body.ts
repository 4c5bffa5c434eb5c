import type { IncomingMessage } from "node:http";
import { NetworkQuota } from "../limits/network-quota.ts";
import { LightwallError } from "../protocol/errors.ts";

/** Longest body of a request, bytes. An offer of Chrome with audio and video has up to 10,000. */
export const BODY_MAX_BYTES = 32_768;
/** Bodies that are received at the same time. Together they hold 16 MiB at most. */
const BODIES_MAX = 512;

/** Receives the bodies of requests, within what all networks and each of them may make the server hold. */
export class Bodies {
  readonly #quota: NetworkQuota;

  /** @param networkShare how many of the bodies one network may send at the same time, percent */
  constructor(networkShare: number) {
    this.#quota = new NetworkQuota({ capacity: BODIES_MAX, networkShare });
  }

  /**
   * Receives the body of a request as text. How long it may take is limited for all requests of the server.
   * @throws LightwallError `server-full` | `message-too-large`; the system's error if the client disconnects
   */
  async receive(request: IncomingMessage, network: string): Promise<string> {
    if (this.#quota.isFull || this.#quota.isFullFor(network)) throw new LightwallError("server-full");
    this.#quota.acquire(network);
    try {
      const chunks: Buffer[] = [];
      let size = 0;
      // The connection stays after an error, so that the client gets an answer.
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > BODY_MAX_BYTES) throw new LightwallError("message-too-large");
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString();
    } finally {
      this.#quota.release(network);
    }
  }
}
