import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";
import { rawUpgradeStatus } from "../support/web-servers.ts";

const data = temporaryDirectory();
let app: App;

beforeAll(async () => {
  ({ app } = await startApp({ dataDir: data.path }));
});

afterAll(async () => {
  await app.close();
  data.remove();
});

/** The status of a request with these headers. */
function status(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve) => {
    request({ host: "127.0.0.1", port: app.port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
}

/** The HTTP status of a WebSocket upgrade from a page with this host name. */
const upgradeStatus = (host: string) =>
  rawUpgradeStatus(`ws://127.0.0.1:${app.port}/ws`, { Host: host, Origin: `http://${host}` });

test("requests with a foreign host name are refused, by HTTP and by WebSocket", async () => {
  for (const path of ["/", "/lan.json", "/metrics", "/healthz"]) {
    expect([path, await status(path, { Host: `rebound.example:${app.port}` })]).toEqual([path, 421]);
  }
  expect(await upgradeStatus(`rebound.example:${app.port}`)).toBe(421);
  expect(await upgradeStatus(`wall.test:${app.port}`)).toBe(101);
  expect(await upgradeStatus(`127.0.0.1:${app.port}`)).toBe(101);
});

test("metrics are served to clients inside the network only", async () => {
  const outside = { "X-Forwarded-For": "198.51.100.7" };
  expect(await status("/metrics", outside)).toBe(403);
  expect(await status("/metrics", {})).toBe(200);
});
