import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { afterEach } from "vitest";
import { createEngine, type EngineOptions } from "../../server/media/engine.ts";
import type { MediaEngine } from "../../server/media/media-engine.ts";
import { StandIn } from "./browser-stand-in.ts";
import { UdpRelay } from "./udp-relay.ts";

/** Tests run over one media thread, and over three that share the port. */
export const THREADS = [1, 3];

/** A media engine and its peers for each test of a file. All are closed after the test. */
export class MediaStage {
  engine!: MediaEngine;
  /** Closed after the test. */
  readonly open: { close(): Promise<void> }[] = [];

  /** Call it at the top of a test file. */
  constructor() {
    afterEach(async () => {
      await Promise.all(this.open.splice(0).map((one) => one.close()));
      await this.engine.close();
    });
  }

  async start(
    workers: number,
    host = "127.0.0.1",
    addresses = [host],
    limits: Partial<EngineOptions> = {},
  ): Promise<void> {
    const announced = () => addresses.map((address) => ({ address, port: undefined }));
    const log = pino({ level: "silent" });
    this.engine = await createEngine({ ...limits, host, port: 0, announced, workers, log });
  }

  /** Connects a peer to the broadcast, directly or through a relay. */
  async join(purpose: "publish" | "subscribe", relay?: UdpRelay): Promise<StandIn & { peer: string }> {
    const standIn = new StandIn(purpose);
    this.open.push(standIn);
    const { port } = this.engine;
    const { peer, answer } = this.engine[purpose]("WALL", { offer: await standIn.offer() }, 20);
    await standIn.accept(relay ? answer.replaceAll(` ${port} typ`, ` ${relay.port} typ`) : answer);
    return Object.assign(standIn, { peer });
  }

  async relay(address?: string): Promise<UdpRelay> {
    const between = await UdpRelay.open(this.engine.port, address);
    this.open.push(between);
    return between;
  }
}

/** Sends `count` packets, each with its number as text. */
export async function play(host: StandIn, first: number, count: number): Promise<void> {
  for (let n = first; n < first + count; n++) {
    host.send(n & 0xffff, (n * 960) >>> 0, Buffer.from(`packet ${n}`));
    await delay(5);
  }
}

/** The packets that a listener has received, as text. */
export const texts = (listener: StandIn) => listener.received.map((packet) => packet.payload.toString());

/** The texts of `count` packets. */
export const packets = (first: number, count: number) =>
  Array.from({ length: count }, (_, n) => `packet ${first + n}`);
