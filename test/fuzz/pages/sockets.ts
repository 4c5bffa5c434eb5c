import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import type { App } from "../../../server/app.ts";
import type { ClientMessage, ServerMessage } from "../../../server/protocol/messages.ts";
import { SignalClient } from "../../support/signal-client.ts";
import { startApp, temporaryDirectory } from "../../support/test-app.ts";
import { busy } from "../figures.ts";
import { type Chance, mutate } from "../mutate.ts";
import { Fault, HANG, type Watch } from "../watch.ts";
import { hostileText } from "./messages.ts";
import { STATES, type State } from "./sessions.ts";

/** Messages that a page sends at a stretch. */
const BATCH = 40;
/** How long the server may take to answer a bystander, ms; on a machine that is busy otherwise too. */
const ANSWER_LIMIT = 10_000;
const MANY = 1e9;

/** Real WebSockets of a whole server whose media are not there, and a bystander that must be answered. */
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
      socketsPerAddress: MANY,
      joinsPerMinute: MANY,
      wallsPerHour: MANY,
      wrongKeysPerMinute: MANY,
      wrongCodesPerMinute: MANY,
      messagesPerSecond: MANY,
    });
    const bystander = await SignalClient.connect(app.port);
    await bystander.host();
    return new FuzzedSockets(app, data, bystander);
  }

  async run(chance: Chance, corpus: readonly Buffer[], watch: Watch): Promise<void> {
    while (!watch.isDone) {
      const state = chance.pick(STATES);
      const frames = Array.from({ length: BATCH }, () => {
        const known = {
          codes: [this.#wall.code],
          hostKeys: [this.#wall.hostKey],
          screens: ["0b0f7c1e-6c0e"],
        };
        return { text: hostileText(chance, corpus, known), isBinary: chance.below(6) === 0 };
      });
      const messages = frames.map(({ text }) => text);
      watch.note(messages.map((message) => [message]));
      const before = busy();
      try {
        await this.#say(state, frames, chance, corpus);
        await this.#mustAnswer();
      } catch (error) {
        watch.fault(`${state}: ${(error as Error).message}`, messages);
        return;
      }
      // Both sides work in this thread: what is below is no proof, but no single message can have been above.
      const took = busy() - before;
      if (took <= HANG) watch.took(took, messages);
      await watch.breathe();
    }
  }

  async close(): Promise<void> {
    this.#bystander.close();
    await this.#app.close();
    this.#data.remove();
  }

  async #say(
    state: State,
    frames: readonly { text: Buffer; isBinary: boolean }[],
    chance: Chance,
    corpus: readonly Buffer[],
  ): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#app.port}/ws`);
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => {});
    await once(socket, "open");
    await this.#bring(socket, state);
    // What is said at once is read at once, also when the first of it ends the page.
    for (const { text, isBinary } of frames) socket.send(text, { binary: isBinary });
    if (chance.below(4) === 0) rawOf(socket).write(mutate(chance, frameOf(chance.pick(frames).text), corpus));
    const isRead = Promise.withResolvers<void>();
    socket.once("pong", isRead.resolve);
    socket.ping();
    await Promise.race([closed, isRead.promise, delay(50)]);
    socket.terminate();
    await closed;
  }

  /** Says what brings a page into a state. */
  async #bring(socket: WebSocket, state: State): Promise<void> {
    const say = (message: ClientMessage) => socket.send(JSON.stringify(message));
    if (state === "fresh") return;
    say({ type: "hello", version: 1 });
    if (state === "closed") socket.close();
    if (state === "listener") say({ type: "join", code: this.#wall.code });
    if (state !== "host") return;
    const opened = new Promise<ServerMessage>((resolve) => {
      socket.on("message", (data) => {
        const message = JSON.parse(String(data)) as ServerMessage;
        if (message.type === "room-opened" || message.type === "error") resolve(message);
      });
    });
    say({ type: "open-room" });
    const answer = await opened;
    if (answer.type === "room-opened") this.#wall = { code: answer.code, hostKey: answer.hostKey };
    say({ type: "join", ...this.#wall });
  }

  async #mustAnswer(): Promise<void> {
    this.#bystander.send({ type: "ping", sent: 1 });
    const answer = await Promise.race([
      this.#bystander.next("pong"),
      this.#bystander.closed,
      delay(ANSWER_LIMIT),
    ]);
    if (typeof answer !== "object") throw new Fault("a bystander is not answered");
  }
}

/** The connection under a WebSocket. */
function rawOf(socket: WebSocket): Socket {
  return (socket as unknown as { _socket: Socket })._socket;
}

/** A masked text frame (RFC 6455 §5.2), with a mask of zeros. */
function frameOf(text: Buffer): Buffer {
  const content = text.subarray(0, 60_000);
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x81fe, 0);
  head.writeUInt16BE(content.length, 2);
  return Buffer.concat([head, content]);
}
