import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeEach, expect, type TestContext } from "vitest";
import { type Captures, launchChromium } from "./chromium.ts";
import { ServerProcess } from "./server-process.ts";

export interface Stage {
  server: ServerProcess;
  browser: Browser;
}

/**
 * Starts a server and a browser for one test file; call and await it at the top of the file. Closes both
 * after the last test, and fails if the server has logged an error.
 * @param kiosk whether pages may play sound without a user gesture
 * @param keepPages whether pages stay open from one test to the next
 * @param captures what pages may hear
 * @param env the server's settings
 */
export async function setStage({
  kiosk = false,
  keepPages = false,
  captures = "" as Captures,
  env = {} as Record<string, string>,
} = {}): Promise<Stage> {
  const [server, browser] = await Promise.all([
    ServerProcess.start(env),
    launchChromium({ kiosk, captures }),
  ]);
  if (!keepPages) {
    afterEach(async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    });
  }
  afterAll(async () => {
    await Promise.all([browser.close(), server.close()]);
    expect(server.errors).toEqual([]);
  });
  return { server, browser };
}

/**
 * Opens pages that the tests of a file share: before the first test, and anew after a test has failed, so
 * that it counts against no other and can be tried once more. The test file keeps its pages.
 */
export function sharePages(browser: Browser, open: () => Promise<void>): void {
  let last: TestContext["task"] | undefined;
  beforeEach(async ({ task }) => {
    const isAnotherTry = task === last;
    const areFit = last && !isAnotherTry && last.result?.state !== "fail";
    last = undefined;
    if (!areFit) {
      await Promise.all(browser.contexts().map((context) => context.close()));
      await open();
    }
    last = task;
  });
}
