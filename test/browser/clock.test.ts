import { expect, test } from "vitest";
import { becomes, newDevice, startLiveWall } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

/** What a weak phone with much to do leaves its page of every four frames: hardly anything. */
const HELD_UP_MS = 60;
/** In this time the page has asked often enough, and has told the server of it. */
const TOLD_MS = 10_000;
/** By pongs alone it was 16 to 44 ms. */
const KNOWN_TO_MS = 5;

test("a page that is held up from its start knows the wall clock", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser);
  await screen.addInitScript((heldUp) => {
    const request = globalThis.requestAnimationFrame;
    globalThis.requestAnimationFrame = (callback) =>
      request((now) => {
        const began = performance.now();
        callback(now);
        while (performance.now() - began < heldUp);
      });
  }, HELD_UP_MS);
  const errors: number[] = [];
  screen.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const message = JSON.parse(String(payload));
      if (message.type === "report") errors.push(message.clockErrorMs);
    }),
  );
  await screen.goto(`${server.url}/w/${code}`);
  await screen.locator("#tap").click();
  await becomes(screen, "live", 20_000);
  await expect.poll(() => errors.at(-1), { timeout: TOLD_MS }).toBeLessThan(KNOWN_TO_MS);
});
