import type { Browser } from "playwright-core";
import { afterAll, afterEach, expect } from "vitest";
import { launchChromium } from "./chromium.ts";
import { ServerProcess } from "./server-process.ts";

export interface Stage {
  server: ServerProcess;
  browser: Browser;
}

/**
 * Starts a server and a browser for a file of tests, to be awaited at its top. They end with the file, and
 * the server must have logged no error.
 * @param kiosk lets sound start without a press
 * @param keepPages leaves pages open from test to test
 * @param env the server's settings
 */
export async function setStage({
  kiosk = false,
  keepPages = false,
  env = {} as Record<string, string>,
} = {}): Promise<Stage> {
  const server = await ServerProcess.start(env);
  const browser = await launchChromium({ kiosk });
  if (!keepPages) {
    afterEach(async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    });
  }
  afterAll(async () => {
    await browser.close();
    await server.close();
    expect(server.errors).toEqual([]);
  });
  return { server, browser };
}
