import { expect, test } from "vitest";
import { becomes, newDevice, startLiveWall } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

/** How long each animation frame blocks the page: nearly four frames, as on a slow and busy phone. */
const BLOCK_MS = 60;
/** How long the page may take to ask for the time often enough and to report its error. */
const REPORT_TIMEOUT_MS = 10_000;
/** Greatest clock error. With WebSocket pongs alone it was 16 to 44 ms. */
const ERROR_MAX_MS = 5;

test("a page whose frames are blocked from its start still knows the wall clock", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser);
  await screen.addInitScript((blockMs) => {
    const request = globalThis.requestAnimationFrame;
    globalThis.requestAnimationFrame = (callback) =>
      request((now) => {
        const began = performance.now();
        callback(now);
        while (performance.now() - began < blockMs);
      });
  }, BLOCK_MS);
  const errors: number[] = [];
  screen.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const message = JSON.parse(String(payload));
      if (message.type === "report") errors.push(message.clockErrorMs);
    }),
  );
  await screen.goto(`${server.url}/w/${code}`);
  await becomes(screen, "live", 20_000);
  await expect.poll(() => errors.at(-1), { timeout: REPORT_TIMEOUT_MS }).toBeLessThan(ERROR_MAX_MS);
});
