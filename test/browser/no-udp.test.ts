import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import {
  becomes,
  becomesLit,
  newDevice,
  openPanel,
  openScreen,
  PALETTE,
  playTones,
  read,
  startLiveWall,
  startWall,
  type Wall,
} from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

/** How long a screen may take to its first light, from when its page is loaded, ms. */
const LIT_WITHIN_MS = 2_000;

const { server, browser } = await setStage({ keepPages: true });
/** Of a company whose policy forbids WebRTC to use UDP. */
let strict: Browser;
let wall: Wall;

beforeAll(async () => {
  [strict, wall] = await Promise.all([
    launchChromium({ forbidsUdp: true }),
    startLiveWall(browser, server.url),
  ]);
});

afterAll(() => strict?.close());

test("a screen whose browser may not use UDP lights up at once, and its host sees why", async () => {
  const screen = await openScreen(strict, server.url, wall.code);
  await becomesLit(screen, LIT_WITHIN_MS);
  await screen.locator("#over-socket:not([hidden])").waitFor({ state: "attached" });
  expect(await screen.locator("#over-socket").textContent()).toContain("The light is the same");
  expect(await read(screen, "document.documentElement.dataset.peer")).not.toBe("connected");
  await openPanel(wall.host, "room");
  const row = wall.host.getByTestId("listed-screen");
  await expect.poll(() => row.innerText(), { timeout: 20_000 }).toContain("WebSocket");
  await screen.context().close();
});

test("a browser whose WebRTC has no Opus is no reason for darkness", async () => {
  const screen = await newDevice(browser);
  await screen.addInitScript(() => {
    const add = RTCPeerConnection.prototype.addTransceiver;
    RTCPeerConnection.prototype.addTransceiver = function (...given) {
      const transceiver = add.apply(this, given);
      if (given[0] !== "audio") return transceiver;
      const { codecs } = RTCRtpReceiver.getCapabilities("audio")!;
      transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === "audio/PCMU"));
      return transceiver;
    };
  });
  const offers: string[] = [];
  screen.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      if (String(payload).includes("offer-no-audio")) offers.push(String(payload));
    }),
  );
  await screen.goto(`${server.url}/w/${wall.code}?band=all&palette=${PALETTE}`);
  await expect.poll(() => offers.length).toBeGreaterThan(0);
  await becomes(screen, "live");
  await becomesLit(screen);
  await screen.locator("#over-socket:not([hidden])").waitFor({ state: "attached" });
  await screen.context().close();
});

test("the console of a browser that may not use UDP says why it is not live, and what to do", async () => {
  const { host } = await startWall(await newDevice(strict), server.url);
  await playTones(host);
  await host.getByTestId("go-live").click();
  const message = host.getByTestId("message");
  await expect.poll(() => message.innerText()).toContain("forbids this browser UDP");
  expect(await message.innerText()).toContain("TURN over TCP");
  await becomes(host, "going-live");
});
