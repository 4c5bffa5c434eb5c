import type { ServerMessage } from "../../server/protocol/messages.ts";
import type { SessionSocket } from "../../server/signal/session.ts";

/** The server's end of a WebSocket whose network the test is. */
export class FakeSocket implements SessionSocket {
  bufferedAmount = 0;
  pings = 0;
  terminated = false;
  closedWith: number | undefined;
  #mail: ServerMessage[] = [];

  send(text: unknown): void {
    this.#mail.push(JSON.parse(String(text)));
  }

  close(code?: number): void {
    this.closedWith ??= code;
  }

  ping(): void {
    this.pings += 1;
  }

  terminate(): void {
    this.terminated = true;
  }

  /** What the page would have received so far, which is then gone. */
  take(): ServerMessage[] {
    return this.#mail.splice(0);
  }
}
