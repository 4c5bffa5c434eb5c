import { setInterval } from "node:timers";
import { SignalClient } from "../../support/signal-client.ts";
import { type Crowd, HOST } from "../crowd.ts";
import { describe, readServer } from "../sdp.ts";

/** Listeners that join at the same time. */
const PARALLEL_JOINS = 16;
/** As a page does once it knows the clock. */
const PING_INTERVAL_MS = 3_000;

/** The pages of a wall: their signalling is here, their media in the crowd. */
export class Pages {
  readonly #port: number;
  readonly #crowd: Crowd;
  readonly #signals: SignalClient[] = [];
  readonly #pinging: NodeJS.Timeout;
  /** Code of the wall; "" before {@link addHost}. */
  code = "";

  constructor(port: number, crowd: Crowd) {
    this.#port = port;
    this.#crowd = crowd;
    let turn = 0;
    // One after the other, as pages that were opened at different times.
    this.#pinging = setInterval(() => {
      const count = Math.ceil(this.#signals.length / (PING_INTERVAL_MS / 20));
      for (let n = 0; n < count; n++) {
        this.#signals[turn++ % this.#signals.length]?.send({ type: "ping", sent: 0 });
      }
    }, 20);
  }

  /** Opens the wall and connects its host. @throws Error if that fails */
  async addHost(): Promise<void> {
    const signal = await SignalClient.connect(this.#port);
    ({ code: this.code } = await signal.host());
    if (!(await this.#connect(signal, HOST))) throw new Error([...this.#crowd.failures].join(", "));
  }

  /** Adds listeners. Resolves to how many of them are connected over UDP. */
  async addListeners(count: number): Promise<number> {
    let [next, connected] = [0, 0];
    const joiner = async () => {
      while (next < count) {
        const index = next++;
        const signal = await SignalClient.connect(this.#port);
        signal.send({ type: "join", code: this.code, frames: true });
        const answer = await signal.next("joined", "error");
        if (answer.type === "error") throw new Error(answer.message);
        if (await this.#connect(signal, index)) connected += 1;
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_JOINS }, joiner));
    return connected;
  }

  close(): void {
    clearInterval(this.#pinging);
    for (const signal of this.#signals) signal.close();
  }

  async #connect(signal: SignalClient, index: number): Promise<boolean> {
    this.#signals.push(signal);
    const own = this.#crowd.side(index);
    signal.send({ type: "offer", sdp: describe(own, index === HOST ? "sendonly" : "recvonly") });
    const answer = await signal.next("answer", "error");
    if (answer.type === "error") throw new Error(answer.message);
    return this.#crowd.join(index, own, readServer(answer.sdp));
  }
}
