import type { ServerMessage } from "../../server/protocol/messages.ts";
import type { SessionSocket } from "../../server/signal/session.ts";

/** The server's end of a WebSocket without a network. The test reads what was sent. */
export class FakeSocket implements SessionSocket {
  bufferedAmount = 0;
  pings = 0;
  terminated = false;
  closedWith: number | undefined;
  #sent: ServerMessage[] = [];

  send(data: unknown): void {
    this.#sent.push(JSON.parse(String(data)));
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

  /** Returns and removes the messages that have been sent. */
  take(): ServerMessage[] {
    return this.#sent.splice(0);
  }
}
