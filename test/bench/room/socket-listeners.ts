/**
 * Listeners of one wall who get its frames over their WebSockets: `socket-listeners.ts <port> <code>
 * <count>`. Prints `joined` when all of them have. `mark` on its input resets the counters, `report` prints
 * them as JSON ({@link SocketReport}); it ends with its input.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setInterval } from "node:timers";
import { WebSocket } from "ws";

/** Joins that are under way at the same time. */
const JOINING_MAX = 20;
/** As a page does once it knows the clock. */
const PING_INTERVAL_MS = 3_000;
/** RTP time of one frame of the crowd's song. */
const FRAME_SAMPLES = 960;

/** What all listeners have got since the last `mark`. */
export interface SocketReport {
  /** Frames. */
  frames: number;
  /** Frames between these that did not come. */
  missing: number;
  /** Longest time between two messages with frames to the same listener, ms. */
  worstGapMs: number;
  /** Listeners that have got nothing. */
  silent: number;
}

class SocketListener {
  #timestamp: number | undefined;
  #at: number | undefined;
  frames = 0;
  missing = 0;
  worstGapMs = 0;

  async join(port: string, code: string): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { perMessageDeflate: false });
    await once(socket, "open");
    socket.send(JSON.stringify({ type: "hello", version: 2 }));
    socket.send(JSON.stringify({ type: "join", code, frames: true }));
    await new Promise<void>((resolve) => {
      socket.on("message", (data: Buffer, isBinary) => {
        if (isBinary) this.#take(data);
        else if (data.includes('"type":"joined"')) resolve();
      });
    });
    socket.send(JSON.stringify({ type: "want-frames", wanted: true }));
    setInterval(() => socket.send(JSON.stringify({ type: "ping", sent: 0 })), PING_INTERVAL_MS);
    socket.on("close", () => console.error("a listener was cut off"));
  }

  mark(): void {
    this.frames = this.missing = this.worstGapMs = 0;
    this.#at = undefined;
  }

  /** Not decoded as pages do: the listeners share the machine with the server. */
  #take(message: Buffer): void {
    for (let at = 1; at < message.length; at += 6 + message.readUInt16BE(at + 4)) {
      const timestamp = message.readUInt32BE(at);
      const step = this.#timestamp === undefined ? FRAME_SAMPLES : (timestamp - this.#timestamp) | 0;
      this.#timestamp = timestamp;
      this.frames += 1;
      this.missing += Math.max(step / FRAME_SAMPLES - 1, 0);
    }
    const now = performance.now();
    if (this.#at !== undefined) this.worstGapMs = Math.max(this.worstGapMs, now - this.#at);
    this.#at = now;
  }
}

const [port = "", code = "", count] = process.argv.slice(2);
const listeners = Array.from({ length: Number(count) }, () => new SocketListener());

const waiting = [...listeners];
async function joinInTurn(): Promise<void> {
  for (let next = waiting.pop(); next; next = waiting.pop()) await next.join(port, code);
}

await Promise.all(Array.from({ length: JOINING_MAX }, joinInTurn));
console.log("joined");
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "mark") for (const listener of listeners) listener.mark();
  else console.log(JSON.stringify(report()));
}
process.exit();

function report(): SocketReport {
  const sum = (of: (listener: SocketListener) => number) =>
    listeners.reduce((total, listener) => total + of(listener), 0);
  return {
    frames: sum(({ frames }) => frames),
    missing: sum(({ missing }) => missing),
    worstGapMs: Math.max(...listeners.map(({ worstGapMs }) => worstGapMs)),
    silent: sum(({ frames }) => (frames === 0 ? 1 : 0)),
  };
}
