import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { ERRORS, type ErrorCode } from "../../server/protocol/errors.ts";
import { type FakeEngine, OFFERS } from "../support/fake-engine.ts";
import { SignalClient } from "../support/signal-client.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";

const MESSAGE_MAX = 8192;
const data = temporaryDirectory();
const clients: SignalClient[] = [];
let app: App;
let engine: FakeEngine;

beforeAll(async () => {
  ({ app, engine } = await startApp({
    dataDir: data.path,
    messageMax: MESSAGE_MAX,
    wallsMax: 4,
    networkShare: 100,
    listenersMax: 2,
  }));
});

afterEach(async () => {
  for (const client of clients) client.close();
  await Promise.all(clients.splice(0).map((client) => client.closed));
});

afterAll(async () => {
  await app.close();
  data.remove();
});

async function connect(options?: { hello: boolean }): Promise<SignalClient> {
  const client = await SignalClient.connect(app.port, options);
  clients.push(client);
  return client;
}

/** Opens a live wall with a listener, which must not be affected by other pages. */
async function liveWall() {
  const host = await connect();
  const { code, hostKey } = await host.host();
  host.send({ type: "offer", sdp: OFFERS.send });
  await host.next("answer");
  engine.connect(code, "publish");
  const witness = await connect();
  witness.send({ type: "join", code });
  expect((await witness.next("joined")).room.state).toBe("live");
  return {
    host,
    witness,
    code,
    hostKey,
    async end() {
      host.send({ type: "close-room" });
      expect((await witness.next("room")).room).toMatchObject({ state: "closed" });
    },
  };
}

const refusal = (code: ErrorCode, answers?: string) => {
  return { type: "error", code, message: ERRORS[code].message, ...(answers && { answers }) };
};

test("the life of a wall: open, join, go live, stop, host leaves and returns, close", async () => {
  const { host, witness, code, hostKey } = await liveWall();
  witness.send({ type: "offer", sdp: OFFERS.receive });
  expect((await witness.next("answer")).sdp).toContain("answer to");
  expect(engine.find(code, "subscribe")?.reached).toEqual(["127.0.0.1"]);

  host.send({ type: "playback", playing: true, title: "Song" });
  expect((await witness.next("room")).room).toEqual({ state: "live", playing: true, title: "Song" });
  host.send({ type: "stop" });
  expect((await witness.next("room")).room.state).toBe("waiting");
  host.close();
  expect((await witness.next("room")).room.state).toBe("host-away");

  const back = await connect();
  back.send({ type: "join", code, hostKey });
  back.send({ type: "offer", sdp: OFFERS.send });
  await back.next("answer");
  engine.connect(code, "publish");
  expect((await witness.next("room")).room.state).toBe("waiting");
  expect((await witness.next("room")).room.state).toBe("live");
  back.send({ type: "close-room" });
  expect((await witness.next("room")).room.state).toBe("closed");
  expect(engine.peers.size).toBe(0);
});

test("invalid input of a page ends its own session at most, and does not affect the wall", async () => {
  const wall = await liveWall();
  const { code } = wall;
  const cases: [input: string | Buffer, refused: object, close?: number][] = [
    ["{", refusal("not-json"), 4400],
    [Buffer.from([0, 1, 2]), refusal("not-json"), 4400],
    ["x".repeat(MESSAGE_MAX + 1), refusal("message-too-large"), 4413],
    ['{"type":"paint"}', refusal("message-invalid")],
    ['{"type":"offer"}', refusal("message-invalid", "offer")],
    ['{"type":"hello","version":99}', refusal("version-unsupported", "hello"), 4426],
    ['{"type":"join","code":"NOPE"}', refusal("code-unknown", "join")],
    [JSON.stringify({ type: "join", code, hostKey: "guess" }), refusal("key-wrong", "join")],
    ['{"type":"stop"}', refusal("not-in-room", "stop")],
  ];
  for (const [input, refused, close] of cases) {
    const client = await connect();
    client.sendRaw(input);
    expect(await client.next("error")).toEqual(refused);
    if (close) expect(await client.closed).toBe(close);
  }
  await wall.end();
});

test("a message before hello closes the session", async () => {
  const client = await connect({ hello: false });
  client.send({ type: "open-room" });
  expect(await client.next("error")).toEqual(refusal("hello-missing", "open-room"));
  expect(await client.closed).toBe(4401);
});

test("a message that is far too large closes the connection without being read", async () => {
  const client = await connect();
  client.sendRaw("x".repeat(MESSAGE_MAX * 5));
  expect(await client.closed).toBe(1009);
});

test("data after a message that is too large is not read any more", async () => {
  const flood = connectTcp({ port: app.port, host: "127.0.0.1", allowHalfOpen: true });
  flood.on("error", () => {});
  const cut = new Promise((resolve) => flood.on("close", resolve));
  const chunk = Buffer.alloc(2 ** 20);
  flood.write(
    "GET /ws HTTP/1.1\r\nHost: wall\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  await once(flood, "data");
  // A masked text frame of 2^40 bytes (RFC 6455 §5.2).
  flood.write(Buffer.from("81ff0000010000000000" + "00000000", "hex"));
  let taken = 0;
  const more = (error?: Error | null) => {
    if (error) return;
    taken += 1;
    flood.write(chunk, more);
  };
  more();
  await cut;
  // No more than the kernel's socket buffers hold.
  expect(taken).toBeLessThan(64);
});

test("invalid offers and host commands of a listener are refused", async () => {
  const wall = await liveWall();
  const listener = await connect();
  listener.send({ type: "join", code: wall.code });
  listener.send({ type: "offer", sdp: OFFERS.send });
  expect(await listener.next("error")).toEqual(refusal("offer-sends", "offer"));
  listener.send({ type: "offer", sdp: "garbage" });
  expect(await listener.next("error")).toEqual(refusal("offer-invalid", "offer"));
  listener.send({ type: "offer", sdp: OFFERS.silent });
  expect(await listener.next("error")).toEqual(refusal("offer-no-audio", "offer"));
  listener.send({ type: "close-room" });
  expect(await listener.next("error")).toEqual(refusal("host-only", "close-room"));
  await wall.end();
});

test("a second host with the same key replaces the first one", async () => {
  const { host, witness, code, hostKey } = await liveWall();
  const second = await connect();
  second.send({ type: "join", code, hostKey });
  expect(await host.next("error")).toEqual(refusal("host-replaced"));
  expect(await host.closed).toBe(4409);
  expect((await witness.next("room")).room.state).toBe("waiting");
  second.send({ type: "close-room" });
  expect((await second.next("room")).room.state).toBe("closed");
});

test("a listener beyond the limit is refused until another one leaves", async () => {
  const wall = await liveWall();
  const [second, third] = [await connect(), await connect()];
  second.send({ type: "join", code: wall.code });
  await second.next("joined");
  third.send({ type: "join", code: wall.code });
  expect(await third.next("error")).toEqual(refusal("room-full", "join"));
  second.close();
  await second.closed;
  let answer: { type: string };
  do {
    third.send({ type: "join", code: wall.code });
    answer = await third.next("joined", "error");
  } while (answer.type === "error");
  await wall.end();
});

test("a wall beyond the limit is refused", async () => {
  const hosts = await Promise.all([connect(), connect(), connect(), connect()]);
  for (const host of hosts) await host.host();
  const client = await connect();
  client.send({ type: "open-room" });
  expect(await client.next("error")).toEqual(refusal("rooms-full", "open-room"));
  for (const host of hosts) {
    host.send({ type: "close-room" });
    await host.next("room");
  }
});

test("a restart with the same secret notifies all pages, which can then join the same wall", async () => {
  const directory = temporaryDirectory();
  const before = await startApp({ dataDir: directory.path });
  const host = await SignalClient.connect(before.app.port);
  const { code, hostKey } = await host.host();
  const stopped = before.app.close();
  expect(await host.next("error")).toEqual(refusal("server-stopping"));
  expect(await host.closed).toBe(1012);
  await stopped;
  expect(before.engine.closed).toBe(true);

  const { app: after } = await startApp({ dataDir: directory.path });
  const listener = await SignalClient.connect(after.port);
  listener.send({ type: "join", code });
  expect((await listener.next("error")).code).toBe("code-unknown");
  const hostAgain = await SignalClient.connect(after.port);
  hostAgain.send({ type: "join", code, hostKey });
  expect(await hostAgain.next("joined")).toMatchObject({ code, role: "host" });
  listener.send({ type: "join", code });
  expect(await listener.next("joined")).toMatchObject({ code, role: "listener" });
  await after.close();
  directory.remove();
});
