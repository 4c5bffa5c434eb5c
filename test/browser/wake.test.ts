import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { eventually, newDevice, read, startWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

/** A name that is not this machine's own to a browser, so that its pages are not on a secure origin. */
const PLAIN_NAME = "wall.test";
/** JavaScript that evaluates to how long the silent video has played, s; undefined if there is none. */
const PLAYED = "document.querySelector('video.awake')?.currentTime";
/** JavaScript that evaluates to whether the controls say that nothing keeps the screen on. */
const SAYS_SO = "!document.getElementById('sleeps').hidden";

let server: ServerProcess;
let browser: Browser;
let code: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    ServerProcess.start({ HOSTNAMES: PLAIN_NAME }),
    launchChromium({ plainName: PLAIN_NAME }),
  ]);
  ({ code } = await startWall(await newDevice(browser), server.url));
});

afterAll(async () => {
  await Promise.all([browser?.close(), server?.close()]);
  expect(server.errors).toEqual([]);
});

/** Opens a screen. `before` is JavaScript that runs in the page before its own. */
async function open(url: string, before = ""): Promise<Page> {
  const screen = await newDevice(browser);
  await screen.addInitScript(before);
  await screen.goto(`${url}/w/${code}`);
  return screen;
}

const plainUrl = () => server.url.replace(/localhost|127\.0\.0\.1/, PLAIN_NAME);

async function saysSo(screen: Page): Promise<void> {
  await eventually(() => read<boolean>(screen, SAYS_SO), Boolean, "word of it in the controls", 10_000);
}

test("a silent video keeps a screen on where plain http gives it no wake lock", async () => {
  const screen = await open(plainUrl());
  expect(await read(screen, "typeof navigator.wakeLock")).toBe("undefined");
  await eventually(
    () => read<number>(screen, PLAYED),
    (played) => played > 1.5,
    "playing video",
    10_000,
  );
  // What Chromium asks of it (`VideoWakeLock::ShouldBeActive`): it is on the page, and not small.
  expect(
    await read(
      screen,
      `(() => {
        const { width, height } = document.querySelector("video.awake").getBoundingClientRect();
        return width === innerWidth && height === innerHeight;
      })()`,
    ),
  ).toBe(true);
  expect(await read(screen, SAYS_SO)).toBe(false);
});

test("the controls say so where not even a video can be played", async () => {
  const screen = await open(plainUrl(), "delete HTMLCanvasElement.prototype.captureStream;");
  await saysSo(screen);
  await screen.mouse.click(5, 200);
  await screen.getByRole("button", { name: "More" }).click();
  await screen.locator("#sleeps").waitFor({ state: "visible" });
});

test("the controls say so where the wake lock is refused, until a tap brings it", async () => {
  const screen = await open(
    server.url,
    `{
      const { request } = WakeLock.prototype;
      WakeLock.prototype.request = function (type) {
        if (navigator.userActivation.isActive) return request.call(this, type);
        return Promise.reject(new DOMException("", "NotAllowedError"));
      };
    }`,
  );
  await saysSo(screen);
  expect(await read(screen, PLAYED)).toBeUndefined();
  await screen.mouse.click(5, 200);
  await eventually(
    () => read<boolean>(screen, SAYS_SO),
    (is) => !is,
    "wake lock",
    10_000,
  );
});
