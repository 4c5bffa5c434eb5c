import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { startNginx } from "../support/nginx.ts";
import { becomesConnected, becomesLit, openScreen, read, startLiveWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium({ anyCertificate: true });
});

afterAll(() => browser?.close());

/** Expects that a wall at this address works: a host goes live, and a screen lights up. */
async function expectLight(url: string): Promise<void> {
  const { host, code } = await startLiveWall(browser, url);
  const screen = await openScreen(browser, url, code);
  await becomesLit(screen);
  await becomesConnected(screen);
  expect(await read(screen, "isSecureContext")).toBe(true);
  await Promise.all([host.context().close(), screen.context().close()]);
}

test("a wall lights up over HTTPS with the server's own certificate", async () => {
  const server = await ServerProcess.start({ HTTPS: "true" });
  await expectLight(server.url.replace("http:", "https:"));
  await server.close();
});

test("a wall lights up behind nginx, which terminates TLS", async () => {
  const server = await ServerProcess.start();
  const nginx = await startNginx(server.port);
  await expectLight(`https://127.0.0.1:${nginx.port}`);
  await nginx.close();
  await server.close();
});
