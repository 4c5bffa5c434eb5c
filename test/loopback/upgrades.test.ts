import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { App } from "../../server/app.ts";
import { recordingLog } from "../support/logs.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";
import { rawUpgradeStatus } from "../support/web-servers.ts";

const SOCKETS_PER_ADDRESS = 20;
const data = temporaryDirectory();
const { log, lines } = recordingLog();
let app: App;

beforeAll(async () => {
  ({ app } = await startApp(
    {
      dataDir: data.path,
      networkShare: 100,
      socketsPerAddress: SOCKETS_PER_ADDRESS,
      origins: ["https://stage.example"],
      publicUrl: "https://party.example/lights",
    },
    log,
  ));
});

afterAll(async () => {
  await app.close();
  data.remove();
});

const upgradeStatus = (path: string, headers: Record<string, string>) =>
  rawUpgradeStatus(`ws://127.0.0.1:${app.port}${path}`, headers);

test("pages of other origins are refused, except those in the settings", async () => {
  expect(await upgradeStatus("/ws", { Origin: "https://party.example" })).toBe(101);
  expect(await upgradeStatus("/ws", { Origin: `http://127.0.0.1:${app.port}` })).toBe(101);
  expect(await upgradeStatus("/ws", { Origin: "https://stage.example" })).toBe(101);
  expect(await upgradeStatus("/ws", { Origin: "https://evil.example" })).toBe(403);
  expect(await upgradeStatus("/ws", { Origin: "null" })).toBe(403);
  expect(await upgradeStatus("/elsewhere", {})).toBe(404);
});

test("a Host header that names nothing is refused", async () => {
  expect(await upgradeStatus("/ws", { Host: "someone@walls.example" })).toBe(400);
  expect(await upgradeStatus("/ws", { Host: "walls.example:80a" })).toBe(400);
  for (const host of ["..", "-", "walls..example", "-walls.example", "walls-.example"])
    expect(await upgradeStatus("/ws", { Host: host })).toBe(400);
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
    // A proxy that takes the header away often changes Host, too.
    const headers = { Origin: "https://walls.example" };
    const response = await fetch(`http://127.0.0.1:${app.port}/ws`, { headers });
    expect(response.status).toBe(426);
    expect(response.headers.get("content-type")).toContain("text/plain");
    expect(response.headers.get("upgrade")).toBe("websocket");
    expect(await response.text()).toContain("a proxy does not pass on Upgrade");
  }
  const said = lines.filter(({ msg }) => msg.includes("without the header Upgrade"));
  expect(said).toEqual([expect.objectContaining({ level: 40, host: `127.0.0.1:${app.port}` })]);
  expect(said[0]?.msg).toContain("proxy_set_header Upgrade $http_upgrade");
});

test("a page whose WebSocket was refused learns by POST whether its origin is why", async () => {
  const before = lines.length;
  const post = async (origin: string) => {
    const headers = { Origin: origin };
    return (await fetch(`http://127.0.0.1:${app.port}/ws`, { method: "POST", headers })).status;
  };
  expect(await post(`http://127.0.0.1:${app.port}`)).toBe(426);
  expect(await post("https://stage.example")).toBe(426);
  expect(await post("https://evil.example")).toBe(403);
  expect(lines.slice(before)).toEqual([]);
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
