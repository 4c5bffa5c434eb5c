import { once } from "node:events";
import { pino } from "pino";
import { createEngine, type MediaEngine } from "../../../server/media/engine.ts";
import type { Identity } from "../../../server/media/secure/dtls/flight.ts";
import type { Input } from "../corpus.ts";
import { makeIdentity } from "../dtls/identities.ts";
import { ask } from "../figures.ts";
import { Fault, HANG, type Watch } from "../watch.ts";
import { FuzzPeer } from "./peer.ts";
import { Song } from "./song.ts";

/**
 * What may be on its way to the server at a time: less than the smallest buffer that systems give a socket,
 * so that the kernel drops nothing and a packet that does not arrive was dropped by the server.
 */
const BATCH = 64;
const BATCH_BYTES = 48 * 1024;

const MEDIA_THREADS = 2;
/** Threads of the engine: those, and that of the handshakes. */
export const THREADS = MEDIA_THREADS + 1;

/**
 * A real port, with threads behind it, a song that a bystander hears, and room for peers that mean no good.
 */
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
    // Each peer listens.
    engine.setMaxListeners(0);
    engine.on("failed", (error) => {
      this.#failure = error;
    });
  }

  /** @param hello body of a real ClientHello */
  static async open(hello: Buffer, watch: Watch): Promise<Flood> {
    // Whatever is thrown while a datagram is read is caught, and logged once a second.
    const write = (line: string) => {
      const { msg, way, last } = JSON.parse(line) as { msg: string; way?: string; last?: string };
      if (way !== "out") watch.fault(`the media logs: ${msg}: ${last ?? ""}`);
    };
    const log = pino({ level: "warn" }, { write });
    const options = { host: "127.0.0.1", port: 0, announced: ["127.0.0.1"], workers: MEDIA_THREADS, log };
    const flood = new Flood(await createEngine(options), await makeIdentity(), hello, watch);
    const [host, listener] = [
      await flood.connected("publish", "WALL"),
      await flood.connected("subscribe", "WALL"),
    ];
    flood.#bystanders.push(host, listener);
    flood.#song = new Song(host, listener);
    return flood;
  }

  /** Packets that the bystander has heard. */
  get heard(): number {
    return this.#song!.arrived;
  }

  /** A peer whose address is checked. */
  async checked(
    purpose: "publish" | "subscribe" = "subscribe",
    wall = "WALL",
    hello = this.#hello,
  ): Promise<FuzzPeer> {
    return FuzzPeer.open({ engine: this.engine, purpose, wall, identity: this.#identity, hello });
  }

  /** A peer that has keys. */
  async connected(purpose: "publish" | "subscribe", wall = "WALL"): Promise<FuzzPeer> {
    const peer = await this.checked(purpose, wall);
    const isThere = once(this.engine, "peer-connected");
    await peer.connect();
    await isThere;
    return peer;
  }

  /**
   * Sends inputs from a peer's address while the song plays, and returns when they are read. When a thread
   * has worked too long on them, each is tried alone.
   * @returns whether the peer is still there
   * @throws Fault after which nothing more can be tried
   */
  async send(peer: FuzzPeer, inputs: readonly Buffer[], from = peer.send.bind(peer)): Promise<boolean> {
    let isThere = true;
    for (let rest = [...inputs]; rest.length > 0 && isThere; ) {
      const batch = takeBatch(rest);
      this.#watch.note(batch.map((input) => [input]));
      try {
        const took = await this.#measured(async () => {
          this.#song!.play();
          for (const input of batch) from(input);
          isThere = await peer.barrier();
          await this.#song!.caughtUp();
        });
        if (took > HANG) await this.#tryAlone(batch, from, peer);
        else this.#watch.took(took, batch);
        if (this.#failure) throw new Fault(`the media has failed: ${this.#failure.message}`);
      } catch (error) {
        this.#watch.fault((error as Error).message, batch as Input);
        throw error;
      }
    }
    return isThere;
  }

  async close(): Promise<void> {
    for (const peer of this.#bystanders) peer.close();
    await this.engine.close();
  }

  async #tryAlone(batch: readonly Buffer[], from: (input: Buffer) => void, peer: FuzzPeer): Promise<void> {
    for (const input of batch) {
      this.#watch.journal([[input]]);
      const took = await this.#measured(async () => {
        from(input);
        await peer.barrier();
      });
      this.#watch.took(took, [input]);
    }
  }

  /** The most that one of the engine's threads has worked meanwhile, ms; 0 where they can not be asked. */
  async #measured(work: () => Promise<void>): Promise<number> {
    const before = await this.#busy();
    await work();
    const after = await this.#busy();
    return Math.max(0, ...[...after].map(([thread, busy]) => busy - (before.get(thread) ?? busy)));
  }

  async #busy(): Promise<Map<number, number>> {
    if (!this.#watch.asksThreads) return new Map();
    return new Map((await ask(THREADS, false)).map(({ thread, busy }) => [thread, busy]));
  }
}

/** Takes the first of them that may be sent at once. */
function takeBatch(inputs: Buffer[]): Buffer[] {
  let count = 1;
  let bytes = inputs[0]!.length;
  while (count < Math.min(BATCH, inputs.length) && bytes + inputs[count]!.length <= BATCH_BYTES) {
    bytes += inputs[count++]!.length;
  }
  return inputs.splice(0, count);
}
