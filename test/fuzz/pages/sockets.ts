import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import type { App } from "../../../server/app.ts";
import type { ClientMessage, ServerMessage } from "../../../server/protocol/messages.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import { SignalClient } from "../../support/signal-client.ts";
import { startApp, temporaryDirectory } from "../../support/test-app.ts";
import { mutate } from "../mutate.ts";
import { threadCpuMs } from "../thread-usage.ts";
import { Fault, HANG_MS, type Watch } from "../watch.ts";
import { hostileText } from "./messages.ts";
import { STATES, type State } from "./sessions.ts";

/** Messages that a page sends at once. */
const BATCH_MESSAGES = 40;
/** How long the server may take to answer a bystander; long enough for a busy machine. */
const ANSWER_TIMEOUT_MS = 10_000;
/** A limit that is never reached. */
const UNLIMITED = 1e9;

/** Fuzzes the WebSockets of a whole server without media. A bystander must be answered at all times. */
export class FuzzedSockets {
  readonly #app: App;
  readonly #data: ReturnType<typeof temporaryDirectory>;
  readonly #bystander: SignalClient;
  #wall = { code: "nowhere", hostKey: "key" };

  private constructor(app: App, data: ReturnType<typeof temporaryDirectory>, bystander: SignalClient) {
    this.#app = app;
    this.#data = data;
    this.#bystander = bystander;
  }

  static async open(): Promise<FuzzedSockets> {
    const data = temporaryDirectory();
    const { app } = await startApp({
      dataDir: data.path,
      networkShare: 100,
      wallsMax: 50,
      socketsPerAddress: UNLIMITED,
      joinsPerMinute: UNLIMITED,
      wallsPerHour: UNLIMITED,
      wrongKeysPerMinute: UNLIMITED,
      wrongCodesPerMinute: UNLIMITED,
      messagesPerSecond: UNLIMITED,
    });
    const bystander = await SignalClient.connect(app.port);
    await bystander.host();
    return new FuzzedSockets(app, data, bystander);
  }

  async run(random: SeededRandom, corpus: readonly Buffer[], watch: Watch): Promise<void> {
    while (!watch.isDone) {
      const state = random.pick(STATES);
      const frames = Array.from({ length: BATCH_MESSAGES }, () => {
        const known = {
          codes: [this.#wall.code],
          hostKeys: [this.#wall.hostKey],
          screens: ["0b0f7c1e-6c0e"],
        };
        return { text: hostileText(random, corpus, known), isBinary: random.below(6) === 0 };
      });
      const messages = frames.map(({ text }) => text);
      watch.begin(messages.map((message) => [message]));
      const before = threadCpuMs();
      try {
        await this.#sendAll(state, frames, random, corpus);
        await this.#checkBystander();
      } catch (error) {
        watch.fault(`${state}: ${(error as Error).message}`, messages);
        return;
      }
      // The time includes the client's, which runs in this thread too. A longer time is therefore no proof of
      // a hang, and is ignored; a shorter one proves that no message of the batch took longer.
      const took = threadCpuMs() - before;
      if (took <= HANG_MS) watch.recordTime(took, messages);
      await watch.pause();
    }
  }

  async close(): Promise<void> {
    this.#bystander.close();
    await this.#app.close();
    this.#data.remove();
  }

  async #sendAll(
    state: State,
    frames: readonly { text: Buffer; isBinary: boolean }[],
    random: SeededRandom,
    corpus: readonly Buffer[],
  ): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#app.port}/ws`);
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => {});
    await once(socket, "open");
    await this.#bring(socket, state);
    // The server reads all messages at once, even if the first one closes the page.
    for (const { text, isBinary } of frames) socket.send(text, { binary: isBinary });
    if (random.below(4) === 0) rawOf(socket).write(mutate(random, frameOf(random.pick(frames).text), corpus));
    const isRead = Promise.withResolvers<void>();
    socket.once("pong", isRead.resolve);
    socket.ping();
    await Promise.race([closed, isRead.promise, delay(50)]);
    socket.terminate();
    await closed;
  }

  /** Sends the messages that bring a page into a state. */
  async #bring(socket: WebSocket, state: State): Promise<void> {
    const send = (message: ClientMessage) => socket.send(JSON.stringify(message));
    if (state === "fresh") return;
    send({ type: "hello", version: 2 });
    if (state === "closed") socket.close();
    if (state === "listener") send({ type: "join", code: this.#wall.code });
    if (state !== "host") return;
    const opened = new Promise<ServerMessage>((resolve) => {
      socket.on("message", (data) => {
        const message = JSON.parse(String(data)) as ServerMessage;
        if (message.type === "room-opened" || message.type === "error") resolve(message);
      });
    });
    send({ type: "open-room" });
    const answer = await opened;
    if (answer.type === "room-opened") this.#wall = { code: answer.code, hostKey: answer.hostKey };
    send({ type: "join", ...this.#wall });
  }

  async #checkBystander(): Promise<void> {
    this.#bystander.send({ type: "ping", sent: 1 });
    const answer = await Promise.race([
      this.#bystander.next("pong"),
      this.#bystander.closed,
      delay(ANSWER_TIMEOUT_MS),
    ]);
    if (typeof answer !== "object") throw new Fault("a bystander is not answered");
  }
}

/** The TCP connection of a WebSocket. */
function rawOf(socket: WebSocket): Socket {
  return (socket as unknown as { _socket: Socket })._socket;
}

/** A masked WebSocket text frame (RFC 6455 §5.2), with a mask of zeros. */
function frameOf(text: Buffer): Buffer {
  const content = text.subarray(0, 60_000);
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x81fe, 0);
  head.writeUInt16BE(content.length, 2);
  return Buffer.concat([head, content]);
}
