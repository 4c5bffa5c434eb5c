import type { Logger } from "pino";
import type { WebSocket } from "ws";
import type { ServerMessage } from "../protocol/messages.ts";
import { type EncodedMessage, encodeMessage } from "../room/member.ts";
import type { IceServers } from "./ice-servers.ts";

/** Unsent bytes above which a socket gets no stats, and a host no updates that listeners cause. */
const BEHIND_FROM_BYTES = 64 * 1024;
/** Unsent bytes above which a socket is terminated. */
const BACKLOG_MAX_BYTES = 1024 * 1024;

export interface OutboundOptions {
  readonly socket: Pick<WebSocket, "send" | "terminate" | "bufferedAmount">;
  readonly iceServers: IceServers;
  readonly log: Logger;
}

/** The outbound side of a session: encodes messages, and limits what a slow page can make the server hold. */
export class Outbound {
  readonly #options: OutboundOptions;
  #ended = false;

  constructor(options: OutboundOptions) {
    this.#options = options;
  }

  get isBehind(): boolean {
    return this.#options.socket.bufferedAmount > BEHIND_FROM_BYTES;
  }

  /** Sends a message to this page only. */
  send(message: ServerMessage): void {
    // The page makes its next offer with these. They are issued each time because TURN credentials expire.
    if (message.type === "joined" || message.type === "media-closed") this.#sendIceServers();
    this.sendEncoded(encodeMessage(message));
  }

  sendEncoded({ type, data }: EncodedMessage): void {
    if (this.#ended) return;
    if (this.isBehind && type === "stats") return;
    const { socket, log } = this.#options;
    const backlog = socket.bufferedAmount;
    if (backlog > BACKLOG_MAX_BYTES) {
      // Leaves the room in the socket's close event: a room must not lose members while it sends to them.
      log.warn({ backlog }, "session terminated: page reads too slowly");
      socket.terminate();
      return;
    }
    // `data` is a Buffer, which ws would otherwise send as a binary message.
    socket.send(data, { binary: false });
  }

  /** Sends encoded frames, or drops them: media never waits for a slow page. */
  sendFrames(message: Uint8Array): void {
    if (!this.#ended && !this.isBehind) this.#options.socket.send(message);
  }

  /** Sends nothing from now on. */
  end(): void {
    this.#ended = true;
  }

  #sendIceServers(): void {
    const iceServers = this.#options.iceServers.issue(Date.now());
    if (iceServers.length > 0) this.sendEncoded(encodeMessage({ type: "ice-servers", iceServers }));
  }
}
