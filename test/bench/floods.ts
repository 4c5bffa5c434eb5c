import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { classes, Message, methods } from "werift";
import { WebSocket } from "ws";
import { CODE_ALPHABET, CODE_LENGTH } from "../../server/protocol/format.ts";
import { readCorpus } from "../fuzz/corpus.ts";
import { INSIDER_FLOODS, type Target } from "./insider-floods.ts";

export type { Target } from "./insider-floods.ts";

export type FloodName = keyof typeof ALL;

/** The address of the floods: another one than that of the listeners. */
const ADDRESS = "127.0.0.2";
/** Sockets that a flood keeps open at the same time. */
const SOCKETS = 300;
/** Sockets that guess keys or codes at the same time. */
const GUESSERS = 50;
/** About as many datagrams a second as one core can send beside other work. */
const BURST = { datagrams: 100, pauseMs: 5 };

const FLOODS = {
  /** Connections with an unfinished HTTP request, and WebSockets without a `hello` message. */
  async halfOpen({ port, time }: Target): Promise<void> {
    const end = performance.now() + time;
    while (performance.now() < end) {
      const plain = Array.from({ length: SOCKETS }, () => {
        const socket = connect({ port, host: "127.0.0.1", localAddress: ADDRESS });
        socket.on("error", () => {});
        socket.write("GET /ws HTTP/1.1\r\nHost: wall\r\nUpgrade: webs");
        return socket;
      });
      const silent = Array.from({ length: SOCKETS }, () => open(port));
      await delay(1_000);
      for (const socket of plain) socket.destroy();
      for (const socket of silent) socket.terminate();
    }
  },

  /** Joins with wrong keys, each after the answer to the last. Reconnects at once when disconnected. */
  async wrongKeys({ port, code, time }: Target): Promise<void> {
    const sockets = new Set<WebSocket>();
    let over = false;
    const begin = () => {
      if (over) return;
      const socket = open(port);
      sockets.add(socket);
      const guess = () =>
        socket.send(JSON.stringify({ type: "join", code, hostKey: randomBytes(40).toString("hex") }));
      socket.on("open", () => {
        socket.send(JSON.stringify({ type: "hello", version: 2 }));
        guess();
      });
      socket.on("message", guess);
      socket.on("close", () => {
        sockets.delete(socket);
        begin();
      });
    };
    for (let n = 0; n < GUESSERS; n++) begin();
    await delay(time);
    over = true;
    for (const socket of sockets) socket.terminate();
  },

  /** Opens as many walls as the server allows, each with its host. */
  async manyWalls({ port, time }: Target): Promise<void> {
    const sockets = Array.from({ length: SOCKETS }, () => {
      const socket = open(port);
      const say = (message: object) => socket.send(JSON.stringify(message));
      socket.on("open", () => {
        say({ type: "hello", version: 2 });
        say({ type: "open-room" });
      });
      socket.on("message", (data) => {
        const { type, code, hostKey } = JSON.parse(String(data));
        if (type === "room-opened") say({ type: "join", code, hostKey });
      });
      return socket;
    });
    await delay(time);
    for (const socket of sockets) socket.terminate();
  },

  /** Joins with random codes, each after the answer to the last. */
  async guessedCodes({ port, time }: Target): Promise<void> {
    const sockets = Array.from({ length: GUESSERS }, () => {
      const socket = open(port);
      const guess = () => {
        const letters = Array.from(
          randomBytes(CODE_LENGTH),
          (byte) => CODE_ALPHABET[byte % CODE_ALPHABET.length],
        );
        socket.send(JSON.stringify({ type: "join", code: letters.join("") }));
      };
      socket.on("open", () => {
        socket.send(JSON.stringify({ type: "hello", version: 2 }));
        guess();
      });
      socket.on("message", guess);
      return socket;
    });
    await delay(time);
    for (const socket of sockets) socket.terminate();
  },

  /** Messages that never end. Reconnects at once when disconnected. */
  async unfinishedMessages({ port, time }: Target): Promise<void> {
    const end = performance.now() + time;
    // A masked text frame of 100,000 bytes without the last one (RFC 6455 §5.2).
    const begin = Buffer.concat([Buffer.from("81ff00000000000186a000000000", "hex"), Buffer.alloc(99_999)]);
    const sockets = new Set<Socket>();
    while (performance.now() < end) {
      while (sockets.size < SOCKETS) {
        const socket = connect({ port, host: "127.0.0.1", localAddress: ADDRESS });
        sockets.add(socket);
        socket.on("error", () => {});
        socket.on("close", () => sockets.delete(socket));
        socket.write(
          "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        );
        socket.once("data", () => socket.write(begin));
      }
      await delay(100);
    }
    for (const socket of sockets) socket.destroy();
  },

  /** Connectivity checks with a wrong password. */
  badChecks(target: Target): Promise<void> {
    return sendDatagrams(
      target,
      () =>
        new Message(methods.BINDING, classes.REQUEST)
          .setAttribute("USERNAME", `${randomBytes(6).toString("hex")}:abcd`)
          .setAttribute("PRIORITY", 1)
          .addMessageIntegrity(randomBytes(16))
          .addFingerprint().bytes,
    );
  },

  /** First flights of DTLS handshakes, from addresses without an answered check. */
  clientHellos(target: Target): Promise<void> {
    const hellos = readCorpus("datagrams").filter(([first]) => first === 22);
    return sendDatagrams(target, (n) => hellos[n % hellos.length]!);
  },

  /** SRTP packets that no host has sent. */
  forgedMedia(target: Target): Promise<void> {
    const media = readCorpus("datagrams").filter(([first]) => first! >= 128);
    return sendDatagrams(target, (n) => media[n % media.length]!);
  },

  /** Messages far above the size limit. */
  async largeMessages({ port, time }: Target): Promise<void> {
    const large = "x".repeat(1_000_000);
    const end = performance.now() + time;
    while (performance.now() < end) {
      const sockets = Array.from({ length: 10 }, () => open(port));
      for (const socket of sockets) socket.on("open", () => socket.send(large));
      await delay(100);
      for (const socket of sockets) socket.terminate();
    }
  },
};

function open(port: number): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { localAddress: ADDRESS });
  socket.on("error", () => {});
  return socket;
}

async function sendDatagrams({ udpPort, time }: Target, make: (n: number) => Buffer): Promise<void> {
  const sockets = Array.from({ length: 20 }, () => createSocket("udp4").bind(0, ADDRESS));
  await Promise.all(sockets.map((socket) => once(socket, "listening")));
  const end = performance.now() + time;
  for (let n = 0; performance.now() < end; ) {
    for (const last = n + BURST.datagrams; n < last; n++) {
      sockets[n % sockets.length]!.send(make(n), udpPort, "127.0.0.1");
    }
    await delay(BURST.pauseMs);
  }
  for (const socket of sockets) socket.close();
}

const ALL = { ...FLOODS, ...INSIDER_FLOODS };

// A flood runs in a worker thread, so that it does not delay the measurement.
const { flood, target } = workerData as { flood: FloodName; target: Target };
await ALL[flood](target);
parentPort!.close();
