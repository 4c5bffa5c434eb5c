import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { LeanListener } from "../support/lean-listener.ts";
import { becomes, newDevice, read, startLiveWall } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

/** Screens in a real browser, as many as a small machine runs at once, and listeners without one. */
const SCREENS = 8;
const OTHERS = 42;
/** Longer than a loaded machine takes, ms; the test says how long it took. */
const LIGHT_AGAIN = 20_000;

const { server, browser } = await setStage({ kiosk: true });

/** How many frames of the page are screens in a state, and lit (or dark) by their painted pixel. */
const count = (
  state: string,
  isLit: boolean,
) => `Array.from({ length: frames.length }, (_, n) => frames[n]).filter((frame) => {
  const { data } = frame.document.getElementById("light").getContext("2d").getImageData(0, 0, 1, 1);
  const isLit = data[0] + data[1] + data[2] > 100;
  return frame.document.documentElement.dataset.state === "${state}" && isLit === ${isLit};
}).length`;

/** Tries again and again, as pages do, until media comes. */
async function comeBack(code: string): Promise<LeanListener> {
  for (;;) {
    try {
      const listener = await LeanListener.join(server.port, code);
      while (listener.packets === 0) await delay(10);
      return listener;
    } catch {
      await delay(250);
    }
  }
}

test("a server that is killed and started again has all its screens lit again, untouched", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  // One page with many frames: each is a whole screen, and together they fit into one machine.
  const page = await newDevice(browser);
  await page.goto(`${server.url}/nothing`);
  await read(
    page,
    `document.body.replaceChildren(...Array.from({ length: ${SCREENS} }, (_, n) => {
      const frame = document.createElement("iframe");
      frame.width = frame.height = 40;
      frame.src = "/w/${code}?band=all&palette=neon&autostart&n=" + n;
      return frame;
    }))`,
  );
  await expect.poll(() => read(page, count("live", true)), { timeout: 30_000 }).toBe(SCREENS);

  const others = await Promise.all(
    Array.from({ length: OTHERS }, () => LeanListener.join(server.port, code)),
  );
  await server.stop("SIGKILL");
  for (const other of others) other.close();
  await expect.poll(() => read(page, count("reconnecting", false)), { timeout: 10_000 }).toBe(SCREENS);
  await server.start();
  const started = performance.now();
  const back = Promise.all(others.map(() => comeBack(code)));
  await expect
    .poll(() => read(page, count("live", true)), { timeout: LIGHT_AGAIN, interval: 20 })
    .toBe(SCREENS);
  const joined = await back;
  for (const other of joined) expect(other.packets).toBeGreaterThan(0);
  const took = performance.now() - started;
  await becomes(host, "live");
  console.log(`All ${SCREENS + OTHERS} listeners are lit again after ${Math.round(took)} ms.`);
  for (const other of joined) other.close();
});
