import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";

/** Time within which the server must close an idle connection. */
const IDLE_CLOSED_WITHIN_MS = 16_000;
const CONNECTIONS_MAX = 16;

const data = temporaryDirectory();
/** A directory for one server: it is locked while the server runs. */
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

/** Opens a connection, sends some data, and then nothing more. */
async function dial(app: App, data: string | Buffer = "", localAddress = "127.0.0.1"): Promise<Socket> {
  const socket = connect({ port: app.port, host: "127.0.0.1", localAddress, allowHalfOpen: true });
  sockets.push(socket);
  socket.on("error", () => {});
  await once(socket, "connect");
  if (data.length > 0) socket.write(data);
  return socket;
}

/** Whether the server closes a connection in time. */
async function isEnded(socket: Socket, timeoutMs = IDLE_CLOSED_WITHIN_MS): Promise<boolean> {
  socket.resume();
  const ended = new Promise<boolean>((resolve) => {
    for (const event of ["end", "close"]) socket.once(event, () => resolve(true));
  });
  return Promise.race([ended, delay(timeoutMs).then(() => false)]);
}

const UPGRADE =
  "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

/** A WebSocket that has sent half of a text message of 1,000 bytes (RFC 6455 §5.2). */
async function beginMessage(): Promise<Socket> {
  const socket = await dial(plain, UPGRADE);
  await once(socket, "data");
  socket.write(Buffer.concat([Buffer.from("81fe03e800000000", "hex"), Buffer.alloc(500)]));
  return socket;
}

test("idle connections are closed within seconds, even with an unfinished request or message", async () => {
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

test("the connection of a refused WebSocket is closed even if its client does not close it", async () => {
  const socket = await dial(plain, UPGRADE.replace("/ws", "/elsewhere"));
  socket.resume();
  await once(socket, "end");
  const gone = new Promise<boolean>((resolve) => socket.once("close", () => resolve(true)));
  const writing = setInterval(() => socket.write("x"), 50);
  expect(await Promise.race([gone, delay(2_000).then(() => false)])).toBe(true);
  clearInterval(writing);
});

test("connections beyond a network's share are closed at once, and other networks can connect", async () => {
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

test("a server stops at once although a silent client is connected", async () => {
  const { app } = await startApp({ dataDir: dataDir("other"), https: true });
  await dial(app);
  await delay(50);
  const closed = app.close().then(() => true);
  expect(await Promise.race([closed, delay(3_000).then(() => false)])).toBe(true);
});
