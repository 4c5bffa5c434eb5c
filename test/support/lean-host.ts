import { setInterval } from "node:timers";
import { setTimeout as delay } from "node:timers/promises";
import type { ClientMessage, ServerMessage } from "../../server/protocol/messages.ts";
import { StandIn } from "./browser-stand-in.ts";
import { SignalClient } from "./signal-client.ts";
import { UdpRelay } from "./udp-relay.ts";

/** As large as an Opus packet at 128 kb/s. */
const PACKET = Buffer.alloc(320, 1);
const PACKET_TIME_MS = 20;
/** Attempts to open a wall while NATS is away, and the wait between them, ms. */
const ATTEMPTS = 20;
const RETRY_MS = 250;

/** A host without a browser, with an endless song. Its media passes a relay that tests control. */
export class LeanHost {
  readonly signal: SignalClient;
  readonly code: string;
  readonly hostKey: string;
  readonly relay: UdpRelay;
  readonly #standIn: StandIn;
  readonly #playing: NodeJS.Timeout;

  private constructor(
    signal: SignalClient,
    wall: { code: string; hostKey: string },
    standIn: StandIn,
    relay: UdpRelay,
  ) {
    this.signal = signal;
    this.code = wall.code;
    this.hostKey = wall.hostKey;
    this.relay = relay;
    this.#standIn = standIn;
    let sequence = 0;
    // Paced by the clock: the delays of a timer alone would add up.
    const begin = performance.now();
    this.#playing = setInterval(() => {
      for (; begin + sequence * PACKET_TIME_MS <= performance.now(); sequence++) {
        standIn.send(sequence & 0xffff, (sequence * PACKET_TIME_MS * 48) >>> 0, PACKET);
      }
    }, PACKET_TIME_MS / 4);
  }

  /** Opens a wall, or joins a known one as its host, and goes live. */
  static async start(
    port: number,
    udpPort: number,
    known?: { code: string; hostKey: string },
  ): Promise<LeanHost> {
    const signal = await SignalClient.connect(port);
    const ask = async <T extends "room-opened" | "joined">(question: ClientMessage, answer: T) => {
      for (let attempt = 1; ; attempt++) {
        signal.send(question);
        const answered = await signal.next<ServerMessage["type"]>(answer, "error");
        if (answered.type !== "error") return answered as Extract<ServerMessage, { type: T }>;
        // As a page does while NATS is away.
        if (answered.code === "servers-apart" && attempt < ATTEMPTS) await delay(RETRY_MS);
        else {
          signal.close();
          throw new Error(answered.message);
        }
      }
    };
    const { code, hostKey } = known ?? (await ask({ type: "open-room" }, "room-opened"));
    const wall = { code, hostKey };
    await ask({ type: "join", ...wall }, "joined");
    const standIn = new StandIn("publish");
    const relay = await UdpRelay.open(udpPort);
    signal.send({ type: "offer", sdp: await standIn.offer() });
    const { sdp } = await signal.next("answer");
    await standIn.accept(sdp.replaceAll(` ${udpPort} typ`, ` ${relay.port} typ`));
    return new LeanHost(signal, wall, standIn, relay);
  }

  async close(): Promise<void> {
    clearInterval(this.#playing);
    this.signal.close();
    await this.#standIn.close();
    await this.relay.close();
  }
}
