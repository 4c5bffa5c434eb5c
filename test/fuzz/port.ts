import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { pino } from "pino";
import { createEngine, type MediaEngine } from "../../server/media/engine.ts";
import { StandIn } from "../support/browser-stand-in.ts";
import { checksFor } from "../support/ice-checks.ts";
import { offerSdp } from "../support/offers.ts";
import { UdpRelay } from "../support/udp-relay.ts";

/** Datagrams sent at a stretch, less than the port's buffer holds. */
const BATCH = 200;
/** Datagrams that one half-open handshake gets before the next is opened. */
const PER_HANDSHAKE = 500;

/**
 * A real port, with threads behind it, a host, a listener that is connected, and one whose handshake is
 * not done: what is sent comes from each of their addresses in turn.
 */
export class FuzzedPort {
  readonly #engine: MediaEngine;
  readonly #host: StandIn;
  readonly #listener: StandIn;
  readonly #relays: UdpRelay[];
  #halfOpen: { peer: string; relay: UdpRelay } | undefined;
  #sent = 0;
  #received = 0;
  #failure: Error | undefined;
  #played = 0;

  private constructor(engine: MediaEngine, host: StandIn, listener: StandIn, relays: UdpRelay[]) {
    this.#engine = engine;
    this.#host = host;
    this.#listener = listener;
    this.#relays = relays;
    engine.on("counted", ({ packetsIn }) => {
      this.#received += packetsIn;
    });
    engine.on("failed", (error) => {
      this.#failure = error;
    });
  }

  static async open(): Promise<FuzzedPort> {
    const log = pino({ level: "silent" });
    const engine = await createEngine({
      host: "127.0.0.1",
      port: 0,
      announced: ["127.0.0.1"],
      workers: 2,
      log,
    });
    const relays: UdpRelay[] = [];
    const join = async (purpose: "publish" | "subscribe") => {
      const relay = await UdpRelay.open(engine.port);
      relays.push(relay);
      const standIn = new StandIn(purpose);
      const { answer } = engine[purpose]("WALL", { offer: await standIn.offer() }, 20);
      await standIn.accept(answer.replaceAll(` ${engine.port} typ`, ` ${relay.port} typ`));
      return standIn;
    };
    return new FuzzedPort(engine, await join("publish"), await join("subscribe"), relays);
  }

  /** Datagrams that have come to the threads. */
  get received(): number {
    return this.#received;
  }

  /** Sends inputs, and returns when the threads have had time to read them. */
  async send(inputs: Iterable<Buffer>): Promise<void> {
    for (const input of inputs) {
      if (this.#sent % PER_HANDSHAKE === 0) await this.#openHandshake();
      const relays = [...this.#relays, this.#halfOpen!.relay];
      relays[this.#sent % relays.length]!.inject("to-server", input);
      this.#sent += 1;
      if (this.#sent % BATCH === 0) await turn();
    }
    await this.#mustPlay();
  }

  async close(): Promise<void> {
    await this.#endHandshake();
    await Promise.all([this.#host.close(), this.#listener.close()]);
    await Promise.all(this.#relays.map((relay) => relay.close()));
    await this.#engine.close();
  }

  /** The song must still come through. */
  async #mustPlay(): Promise<void> {
    const before = this.#listener.received.length;
    for (let n = 0; this.#listener.received.length === before; n++) {
      assert.equal(this.#failure, undefined);
      assert(n < 200, "the listener gets nothing any more");
      this.#host.send(this.#played & 0xffff, (this.#played * 960) >>> 0, Buffer.from("music"));
      this.#played += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** A peer whose address is checked, so that its DTLS is read, and which never ends its handshake. */
  async #openHandshake(): Promise<void> {
    await this.#endHandshake();
    const relay = await UdpRelay.open(this.#engine.port);
    const { peer, answer } = this.#engine.subscribe("WALL", { offer: offerSdp({ direction: "recvonly" }) });
    relay.inject("to-server", checksFor(answer)());
    this.#halfOpen = { peer, relay };
  }

  async #endHandshake(): Promise<void> {
    if (!this.#halfOpen) return;
    const { peer, relay } = this.#halfOpen;
    this.#halfOpen = undefined;
    await relay.close();
    this.#engine.closePeer(peer, "fuzzed");
  }
}
