import type { ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import type { EncodedMessage } from "../../room/member.ts";
import type { Watcher } from "../../room/watchers.ts";

/** Time between two comments, which show both sides that the connection is alive, ms. */
const HEARTBEAT_MS = 15_000;
/** Unsent bytes above which a stream gets no stats. */
const BEHIND_FROM_BYTES = 64 * 1024;
/** Unsent bytes above which a stream is cut. */
const BACKLOG_MAX_BYTES = 1024 * 1024;

/**
 * What happens in a room as server-sent events (WHATWG HTML §9.2). The data of an event is the message that
 * the host's page gets. A program that connects again gets the present state anew, so nothing is kept for it.
 */
export class EventStream implements Watcher {
  /** The body of the answer. It closes when the answer ends, whoever ends it. */
  readonly body = new PassThrough();
  readonly #response: Pick<ServerResponse, "writableLength" | "destroy" | "socket">;
  readonly #heartbeat: NodeJS.Timeout;
  #id = 0;
  /** Bytes that the connection had sent at the last heartbeat. */
  #sent = -1;

  constructor(response: Pick<ServerResponse, "writableLength" | "destroy" | "socket">) {
    this.#response = response;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    this.body.once("close", () => clearInterval(this.#heartbeat));
    // A program that disconnects is no fault.
    this.body.on("error", () => {});
  }

  send({ type, data }: EncodedMessage): void {
    if (type === "stats" && this.#unsent > BEHIND_FROM_BYTES) return;
    if (!this.#isWritable()) return;
    this.#id += 1;
    this.body.write(`id: ${this.#id}\nevent: ${type}\ndata: `);
    this.body.write(data);
    this.body.write("\n\n");
  }

  end(): void {
    this.body.end();
  }

  get #unsent(): number {
    return this.body.writableLength + this.body.readableLength + this.#response.writableLength;
  }

  /** Whether more may be sent; cuts a program that reads too slowly. */
  #isWritable(): boolean {
    if (this.body.writableEnded || this.body.destroyed) return false;
    if (this.#unsent <= BACKLOG_MAX_BYTES) return true;
    this.#cut();
    return false;
  }

  /** Cuts a program that has taken nothing of what waits for it since the last heartbeat. */
  #beat(): void {
    const sent = this.#response.socket?.bytesWritten ?? 0;
    if (this.#unsent > 0 && sent === this.#sent) this.#cut();
    else if (this.#isWritable()) this.body.write(":\n\n");
    this.#sent = sent;
  }

  #cut(): void {
    this.#response.destroy();
    this.body.destroy();
  }
}
