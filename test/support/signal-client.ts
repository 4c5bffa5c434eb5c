import { once } from "node:events";
import { WebSocket } from "ws";
import { decodeFrames } from "../../server/protocol/frames.ts";
import type { ClientMessage, ServerMessage } from "../../server/protocol/messages.ts";

type Type = ServerMessage["type"];
type Message<T extends Type> = Extract<ServerMessage, { type: T }>;

/** The signalling of a page, without the page. */
export class SignalClient {
  readonly #socket: WebSocket;
  readonly #received: ServerMessage[] = [];
  /** RTP times of the frames of each binary message. */
  readonly frames: number[][] = [];
  #wake: () => void = () => {};
  /** Resolves with the close code when the connection has closed. */
  readonly closed: Promise<number>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    // `connect` reports an error before the socket is open. Later errors are followed by a close event.
    socket.on("error", () => {});
    socket.on("message", (data, isBinary) => {
      if (isBinary) {
        const message = Uint8Array.from(data as Buffer).buffer;
        this.frames.push(decodeFrames(message).map(({ timestamp }) => timestamp));
        return;
      }
      this.#received.push(JSON.parse(String(data)));
      this.#wake();
    });
  }

  /**
   * Connects and, by default, sends `hello`.
   * @param options `from` is the address that a proxy would report, `localAddress` the real one
   */
  static async connect(
    port: number,
    options: { hello?: boolean; from?: string; localAddress?: string; headers?: Record<string, string> } = {},
  ): Promise<SignalClient> {
    const { hello = true, from, localAddress = "127.0.0.1" } = options;
    const headers = { ...options.headers, ...(from !== undefined && { "X-Forwarded-For": from }) };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers, localAddress });
    const client = new SignalClient(socket);
    // Rejects if the upgrade is refused.
    await once(socket, "open");
    if (hello) client.send({ type: "hello", version: 2 });
    return client;
  }

  send(message: ClientMessage): void {
    this.sendRaw(JSON.stringify(message));
  }

  sendRaw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  /** Waits for the next message of one of the types. Other messages before it are dropped. */
  async next<T extends Type>(...types: T[]): Promise<Message<T>> {
    for (;;) {
      const message = this.#received.shift();
      if (message && (types as Type[]).includes(message.type)) return message as Message<T>;
      if (message === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /**
   * Opens a wall and joins it as its host.
   * @throws Error with the server's error message
   */
  async host(): Promise<{ code: string; hostKey: string }> {
    this.send({ type: "open-room" });
    const opened = await this.next("room-opened", "error");
    if (opened.type === "error") throw new Error(opened.message);
    const { code, hostKey } = opened;
    this.send({ type: "join", code, hostKey });
    await this.next("joined");
    return { code, hostKey };
  }

  close(): void {
    this.#socket.close();
  }
}
