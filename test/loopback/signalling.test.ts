import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { App } from "../../server/app.ts";
import { ERRORS, type ErrorCode } from "../../server/protocol/errors.ts";
import { type FakeEngine, OFFERS } from "../support/fake-engine.ts";
import { recordingLog } from "../support/logs.ts";
import { SignalClient } from "../support/signal-client.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";

const MESSAGE_MAX = 8192;
const SOCKETS_PER_ADDRESS = 20;
const data = temporaryDirectory();
const clients: SignalClient[] = [];
const { log, lines } = recordingLog();
let app: App;
let engine: FakeEngine;

beforeAll(async () => {
  ({ app, engine } = await startApp(
    {
      dataDir: data.path,
      messageMax: MESSAGE_MAX,
      wallsMax: 4,
      networkShare: 100,
      listenersMax: 2,
      socketsPerAddress: SOCKETS_PER_ADDRESS,
      origins: ["https://stage.example"],
    },
    log,
  ));
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

/** The HTTP status of a WebSocket upgrade; 101 if it is accepted. */
function upgradeStatus(path: string, headers: Record<string, string>): Promise<number | undefined> {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}`, { headers });
  return new Promise((resolve) => {
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode));
    socket.on("upgrade", (response) => resolve(response.statusCode));
    socket.on("open", () => socket.terminate());
    socket.on("error", () => {});
  });
}

test("pages of other origins are refused, except those in the settings", async () => {
  expect(await upgradeStatus("/ws", { Origin: `http://127.0.0.1:${app.port}` })).toBe(101);
  expect(await upgradeStatus("/ws", { Origin: "https://stage.example" })).toBe(101);
  expect(await upgradeStatus("/ws", { Origin: "https://evil.example" })).toBe(403);
  expect(await upgradeStatus("/ws", { Origin: "null" })).toBe(403);
  expect(await upgradeStatus("/elsewhere", {})).toBe(404);
});

test("the log says once for each origin that is refused what to set if it is this server's", async () => {
  const origin = "https://walls.example";
  for (const _ of [1, 2]) expect(await upgradeStatus("/ws", { Origin: origin })).toBe(403);
  const host = `127.0.0.1:${app.port}`;
  const said = lines.filter((line) => line.origin === origin);
  expect(said).toEqual([expect.objectContaining({ level: 40, host })]);
  expect(said[0]?.msg).toContain(`ORIGINS=${origin}`);
});

test.each(["null", "chrome-extension://abcdefghijklmnop", "https://a;b"])(
  "for the origin %s, which no setting takes, the log advises none",
  async (origin) => {
    expect(await upgradeStatus("/ws", { Origin: origin })).toBe(403);
    const said = lines.filter((line) => line.origin === origin).map(({ msg }) => msg);
    expect(said).toEqual([
      "page of another origin refused; files, sandboxed frames, extensions and apps cannot open a wall",
    ]);
  },
);

test("a WebSocket without its Upgrade header gets 426, and the log says once why", async () => {
  for (const _ of [1, 2]) {
    const response = await fetch(`http://127.0.0.1:${app.port}/ws`);
    expect(response.status).toBe(426);
    expect(response.headers.get("content-type")).toContain("text/plain");
    expect(response.headers.get("upgrade")).toBe("websocket");
    expect(await response.text()).toContain("a proxy does not pass on Upgrade");
  }
  const said = lines.filter(({ msg }) => msg.includes("without the header Upgrade"));
  expect(said).toEqual([expect.objectContaining({ level: 40, host: `127.0.0.1:${app.port}` })]);
  expect(said[0]?.msg).toContain("proxy_set_header Upgrade $http_upgrade");
});

test("behind a trusted proxy, the client's network and the requested host name count", async () => {
  const page = { "X-Forwarded-For": "198.51.100.7", "X-Forwarded-Host": "walls.example" };
  expect(await upgradeStatus("/ws", { ...page, Origin: "https://walls.example" })).toBe(101);
  const sockets = Array.from({ length: SOCKETS_PER_ADDRESS }, (_, n) => {
    return new WebSocket(`ws://127.0.0.1:${app.port}/ws`, {
      headers: { "X-Forwarded-For": `2001:db8::${n}` },
    });
  });
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  expect(await upgradeStatus("/ws", { "X-Forwarded-For": "2001:db8::abcd:1" })).toBe(429);
  expect(await upgradeStatus("/ws", { "X-Forwarded-For": "2001:db8:1::1" })).toBe(101);
  for (const socket of sockets) socket.terminate();
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
