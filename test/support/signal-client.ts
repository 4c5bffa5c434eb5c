import { once } from "node:events";
import { WebSocket } from "ws";
import type { ClientMessage, ServerMessage } from "../../server/protocol/messages.ts";

type Type = ServerMessage["type"];
type Message<T extends Type> = Extract<ServerMessage, { type: T }>;

/** A page's side of the signalling, without the page. */
export class SignalClient {
  readonly #socket: WebSocket;
  readonly #mail: ServerMessage[] = [];
  #wake: () => void = () => {};
  /** The close code, once the connection is over. */
  readonly closed: Promise<number>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    // Told by `connect`, or of no matter, as it is followed by the close.
    socket.on("error", () => {});
    socket.on("message", (data) => {
      this.#mail.push(JSON.parse(String(data)));
      this.#wake();
    });
  }

  /**
   * Connects and, unless told not to, says hello.
   * @param options `from` is where a proxy would say that it is, `localAddress` where it is
   */
  static async connect(
    port: number,
    options: { hello?: boolean; from?: string; localAddress?: string } = {},
  ): Promise<SignalClient> {
    const { hello = true, from, localAddress = "127.0.0.1" } = options;
    const headers = from === undefined ? {} : { "X-Forwarded-For": from };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers, localAddress });
    const client = new SignalClient(socket);
    await once(socket, "open");
    if (hello) client.send({ type: "hello", version: 1 });
    return client;
  }

  send(message: ClientMessage): void {
    this.sendRaw(JSON.stringify(message));
  }

  sendRaw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  /** The next message of one of the types; others before it are passed over. */
  async next<T extends Type>(...types: T[]): Promise<Message<T>> {
    for (;;) {
      const message = this.#mail.shift();
      if (message && (types as Type[]).includes(message.type)) return message as Message<T>;
      if (message === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /**
   * Opens a room and joins it as its host.
   * @throws Error with the server's words when it refuses
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
