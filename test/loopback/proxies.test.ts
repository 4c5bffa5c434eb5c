import { once } from "node:events";
import { request } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { ServerMessage } from "../../server/protocol/messages.ts";
import { startCaddy } from "../support/caddy.ts";
import { type FakeEngine, OFFERS } from "../support/fake-engine.ts";
import type { LocalServer } from "../support/local-server.ts";
import { startNginx } from "../support/nginx.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";

describe.each([
  ["nginx", startNginx],
  ["Caddy", startCaddy],
] as const)("behind %s", (_, start) => {
  const data = temporaryDirectory();
  let server: Awaited<ReturnType<typeof startApp>>;
  let engine: FakeEngine;
  let proxy: LocalServer;

  beforeAll(async () => {
    server = await startApp({ dataDir: data.path, socketsPerAddress: 2, trustedProxies: ["127.0.0.1"] });
    engine = server.engine;
    proxy = await start(server.app.port);
  });

  afterAll(async () => {
    await proxy?.close();
    await server?.app.close();
    data.remove();
  });

  /** Opens a WebSocket through the proxy, from another address than that of the proxy. */
  function socket(headers: Record<string, string>): WebSocket {
    const options = { rejectUnauthorized: false, localAddress: "127.0.0.2", headers };
    return new WebSocket(`wss://127.0.0.1:${proxy.port}/ws`, options);
  }

  /** Sends messages. Resolves with the first answer of a type. */
  function send<T extends ServerMessage["type"]>(socket: WebSocket, messages: object[], type: T) {
    const answer = new Promise<Extract<ServerMessage, { type: T }>>((resolve) => {
      socket.on("message", (data) => {
        const message = JSON.parse(String(data));
        if (message.type === type) resolve(message);
      });
    });
    for (const message of messages) socket.send(JSON.stringify(message));
    return answer;
  }

  test("the proxy forwards pages with their headers", async () => {
    const sent = request({
      host: "127.0.0.1",
      port: proxy.port,
      path: "/healthz",
      rejectUnauthorized: false,
    });
    const [response] = await once(sent.end(), "response");
    response.resume();
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-security-policy"]).toContain("default-src 'self'");
    expect(response.headers["strict-transport-security"]).toContain("max-age");
  });

  test("a wall is opened and joined through the proxy; pages of other origins are refused", async () => {
    const origin = `https://127.0.0.1:${proxy.port}`;
    const host = socket({ Origin: origin });
    await once(host, "open");
    const open = [{ type: "hello", version: 2 }, { type: "open-room" }];
    const { code, hostKey } = await send(host, open, "room-opened");
    const join = [
      { type: "join", code, hostKey },
      { type: "offer", sdp: OFFERS.send },
    ];
    await send(host, join, "answer");
    // Media does not use the proxy: browsers cannot use the address at which the proxy reaches the server.
    expect(engine.find(code, "publish")?.reached).toEqual([]);
    host.close();
    await once(host, "close");
    const [, foreign] = await once(socket({ Origin: "https://evil.example" }), "unexpected-response");
    expect(foreign.statusCode).toBe(403);
  });

  test("the network of the client is counted, not the proxy, and a client cannot forge it", async () => {
    const sockets = [socket({}), socket({})];
    await Promise.all(sockets.map((one) => once(one, "open")));
    const [, refusal] = await once(socket({ "X-Forwarded-For": "198.51.100.7" }), "unexpected-response");
    expect(refusal.statusCode).toBe(429);
    for (const one of sockets) one.terminate();
  });
});
