import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";

/** Until the server must have let go of a connection on which nothing happens, ms. */
const PATIENCE = 16_000;
const CONNECTIONS_MAX = 16;

const data = temporaryDirectory();
/** A server's own directory: each belongs to one server at a time. */
const dataDir = (name: string) => join(data.path, name);
const sockets: Socket[] = [];
let plain: App;
let secure: App;
let crowded: App;

beforeAll(async () => {
  ({ app: plain } = await startApp({ dataDir: dataDir("plain") }));
  ({ app: secure } = await startApp({ dataDir: dataDir("secure"), https: true }));
  const limits = { connectionsMax: CONNECTIONS_MAX, trustedProxies: [] };
  ({ app: crowded } = await startApp({ dataDir: dataDir("crowded"), ...limits }));
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all([plain.close(), secure.close(), crowded.close()]);
  data.remove();
});

/** A connection that says this, and then nothing. */
async function dial(app: App, words: string | Buffer = "", localAddress = "127.0.0.1"): Promise<Socket> {
  const socket = connect({ port: app.port, host: "127.0.0.1", localAddress, allowHalfOpen: true });
  sockets.push(socket);
  socket.on("error", () => {});
  await once(socket, "connect");
  if (words.length > 0) socket.write(words);
  return socket;
}

/** Whether the server ends a connection in time. */
async function isEnded(socket: Socket, patience = PATIENCE): Promise<boolean> {
  socket.resume();
  const ended = new Promise<boolean>((resolve) => {
    for (const event of ["end", "close"]) socket.once(event, () => resolve(true));
  });
  return Promise.race([ended, delay(patience).then(() => false)]);
}

const UPGRADE =
  "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

/** A WebSocket that has begun a text message of 1,000 bytes (RFC 6455 §5.2). */
async function beginMessage(): Promise<Socket> {
  const socket = await dial(plain, UPGRADE);
  await once(socket, "data");
  socket.write(Buffer.concat([Buffer.from("81fe03e800000000", "hex"), Buffer.alloc(500)]));
  return socket;
}

test("who says nothing, or begins and does not go on, is let go of within seconds", async () => {
  const silent = {
    tcp: await dial(plain),
    tls: await dial(secure),
    request: await dial(plain, "GET / HTTP/1.1\r\nHost: loc"),
    message: await beginMessage(),
  };
  const ends = Object.entries(silent).map(async ([name, socket]) => [name, await isEnded(socket)] as const);
  expect(Object.fromEntries(await Promise.all(ends))).toEqual({
    tcp: true,
    tls: true,
    request: true,
    message: true,
  });
});

test("a refused WebSocket is over, whether or not its client hangs up", async () => {
  const socket = await dial(plain, UPGRADE.replace("/ws", "/elsewhere"));
  socket.resume();
  await once(socket, "end");
  const gone = new Promise<boolean>((resolve) => socket.once("close", () => resolve(true)));
  const writing = setInterval(() => socket.write("x"), 50);
  expect(await Promise.race([gone, delay(2_000).then(() => false)])).toBe(true);
  clearInterval(writing);
});

test("a network has its share of all connections; more are closed as they come, and others still get in", async () => {
  const held = [];
  for (let n = 0; n < CONNECTIONS_MAX / 4; n++) held.push(await dial(crowded));
  expect(await isEnded(await dial(crowded), 2_000)).toBe(true);
  const other = await dial(crowded, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "127.0.0.2");
  expect(String((await once(other, "data"))[0])).toContain("200 OK");
  held[0]!.destroy();
  await delay(100);
  const next = await dial(crowded, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect(String((await once(next, "data"))[0])).toContain("200 OK");
});

test("a server stops at once, whoever is connected and says nothing", async () => {
  const { app } = await startApp({ dataDir: dataDir("other"), https: true });
  await dial(app);
  await delay(50);
  const closed = app.close().then(() => true);
  expect(await Promise.race([closed, delay(3_000).then(() => false)])).toBe(true);
});
