import { once } from "node:events";
import { pino } from "pino";
import { createEngine } from "../../../server/media/engine.ts";
import type { MediaEngine } from "../../../server/media/media-engine.ts";
import type { Identity } from "../../../server/media/secure/dtls/flight.ts";
import type { Input } from "../corpus.ts";
import { makeIdentity } from "../dtls/client.ts";
import { askThreads } from "../thread-usage.ts";
import { Fault, HANG_MS, type Watch } from "../watch.ts";
import { FuzzPeer } from "./peer.ts";
import { Song } from "./song.ts";

/** Datagrams that are sent before the server's answer is awaited. */
const BATCH_DATAGRAMS = 64;
/**
 * Bytes of these datagrams: less than the smallest socket buffer of any system. The system therefore drops
 * none, and a missing packet was dropped by the server.
 */
const BATCH_BYTES = 48 * 1024;

/** The fields of the engine's log lines that show a fault. */
interface LogLine {
  msg: string;
  /** Direction of dropped datagrams. */
  direction?: string;
  /** The last error of dropped datagrams. */
  lastError?: string;
  err?: { message: string };
}

const MEDIA_THREADS = 2;
/** Threads of the engine: the media threads and the handshake thread. */
export const THREADS = MEDIA_THREADS + 1;

/** Fuzzes a real UDP port with its threads, while a song plays from one bystander to another. */
export class Flood {
  readonly engine: MediaEngine;
  readonly #watch: Watch;
  readonly #identity: Identity;
  readonly #hello: Buffer;
  readonly #bystanders: FuzzPeer[] = [];
  #song: Song | undefined;
  #failure: Error | undefined;

  private constructor(engine: MediaEngine, identity: Identity, hello: Buffer, watch: Watch) {
    this.engine = engine;
    this.#identity = identity;
    this.#hello = hello;
    this.#watch = watch;
    // Each peer adds listeners.
    engine.setMaxListeners(0);
    engine.on("failed", (error) => {
      this.#failure = error;
    });
  }

  /** @param hello body of a real ClientHello */
  static async open(hello: Buffer, watch: Watch): Promise<Flood> {
    // The server catches exceptions from reading a datagram, and logs them once a second.
    const write = (line: string) => {
      const { msg, direction, lastError, err } = JSON.parse(line) as LogLine;
      if (direction !== "outbound") {
        watch.fault(`the media engine logs: ${msg}: ${lastError ?? err?.message ?? ""}`);
      }
    };
    const log = pino({ level: "warn" }, { write });
    const announced = () => [{ address: "127.0.0.1", port: undefined }];
    const options = { host: "127.0.0.1", port: 0, announced, workers: MEDIA_THREADS, log };
    const flood = new Flood(await createEngine(options), await makeIdentity(), hello, watch);
    const [host, listener] = [
      await flood.connected("publish", "WALL"),
      await flood.connected("subscribe", "WALL"),
    ];
    flood.#bystanders.push(host, listener);
    flood.#song = new Song(host, listener);
    return flood;
  }

  /** Packets of the song that have arrived. */
  get arrived(): number {
    return this.#song!.arrived;
  }

  /** Adds a peer whose connectivity check is answered. */
  async checked(
    purpose: "publish" | "subscribe" = "subscribe",
    wall = "WALL",
    hello = this.#hello,
  ): Promise<FuzzPeer> {
    return FuzzPeer.open({ engine: this.engine, purpose, wall, identity: this.#identity, hello });
  }

  /** Adds a peer that has finished its handshake. */
  async connected(purpose: "publish" | "subscribe", wall = "WALL"): Promise<FuzzPeer> {
    const peer = await this.checked(purpose, wall);
    const connected = once(this.engine, "peer-connected");
    await peer.connect();
    await connected;
    return peer;
  }

  /**
   * Sends inputs from a peer's address while the song plays, and returns after the server has read them. If a
   * thread has taken too long, each input is tried alone.
   * @returns whether the peer is still open
   * @throws Fault if no more inputs can be tried
   */
  async send(peer: FuzzPeer, inputs: readonly Buffer[], from = peer.send.bind(peer)): Promise<boolean> {
    let isOpen = true;
    for (let rest = [...inputs]; rest.length > 0 && isOpen; ) {
      const batch = takeBatch(rest);
      this.#watch.begin(batch.map((input) => [input]));
      try {
        const took = await this.#measured(async () => {
          this.#song!.play();
          for (const input of batch) from(input);
          isOpen = await peer.barrier();
          await this.#song!.caughtUp();
        });
        if (took > HANG_MS) await this.#tryAlone(batch, from, peer);
        else this.#watch.recordTime(took, batch);
        if (this.#failure) throw new Fault(`the media engine has failed: ${this.#failure.message}`);
      } catch (error) {
        this.#watch.fault((error as Error).message, batch as Input);
        throw error;
      }
    }
    return isOpen;
  }

  async close(): Promise<void> {
    for (const peer of this.#bystanders) peer.close();
    await this.engine.close();
  }

  async #tryAlone(batch: readonly Buffer[], from: (input: Buffer) => void, peer: FuzzPeer): Promise<void> {
    for (const input of batch) {
      this.#watch.beginAgain([[input]]);
      const took = await this.#measured(async () => {
        from(input);
        await peer.barrier();
      });
      this.#watch.recordTime(took, [input]);
    }
  }

  /**
   * Processor time in ms that the busiest thread of the engine has used for the work; 0 if not measurable.
   */
  async #measured(work: () => Promise<void>): Promise<number> {
    const before = await this.#cpuMs();
    await work();
    const after = await this.#cpuMs();
    return Math.max(0, ...[...after].map(([thread, cpuMs]) => cpuMs - (before.get(thread) ?? cpuMs)));
  }

  /** Processor time of each thread of the engine. */
  async #cpuMs(): Promise<Map<number, number>> {
    if (!this.#watch.measuresThreads) return new Map();
    return new Map((await askThreads(THREADS, false)).map(({ thread, cpuMs }) => [thread, cpuMs]));
  }
}

/** Removes the next batch from the inputs. */
function takeBatch(inputs: Buffer[]): Buffer[] {
  let count = 1;
  let bytes = inputs[0]!.length;
  while (count < Math.min(BATCH_DATAGRAMS, inputs.length) && bytes + inputs[count]!.length <= BATCH_BYTES) {
    bytes += inputs[count++]!.length;
  }
  return inputs.splice(0, count);
}
