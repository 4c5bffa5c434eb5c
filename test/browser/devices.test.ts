import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { becomesLit, newDevice, PALETTE, read, startLiveWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

/** A name that is not this machine's own to a browser, so that its pages are not on a secure origin. */
const PLAIN_NAME = "wall.test";

/** Runs in a page before its own scripts: measures what goes to the loudspeaker. */
const HEAR = `{
  globalThis.loudest = 0;
  const { connect } = AudioNode.prototype;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to instanceof AudioDestinationNode) {
      const meter = new AnalyserNode(this.context);
      const samples = new Float32Array(meter.fftSize);
      connect.call(this, meter);
      setInterval(() => {
        meter.getFloatTimeDomainData(samples);
        loudest = Math.max(loudest, ...samples.map(Math.abs));
      }, 50);
    }
    return connect.call(this, to, ...more);
  };
}`;

let server: ServerProcess;
let browser: Browser;
let code: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    ServerProcess.start({ HOSTNAMES: PLAIN_NAME }),
    launchChromium({ plainName: PLAIN_NAME }),
  ]);
  ({ code } = await startLiveWall(browser, server.url));
});

afterAll(async () => {
  await Promise.all([browser?.close(), server?.close()]);
  expect(server.errors).toEqual([]);
});

test.each([
  { device: "of a secure origin", name: "127.0.0.1", hasWebRtc: true },
  { device: "of a plain origin", name: PLAIN_NAME, hasWebRtc: true },
  { device: "without WebRTC", name: PLAIN_NAME, hasWebRtc: false },
])(
  "on a screen $device a tap fills the display, and sound can be switched on",
  async ({ name, hasWebRtc }) => {
    const screen = await newDevice(browser);
    await screen.addInitScript(HEAR);
    if (!hasWebRtc) await screen.addInitScript("delete globalThis.RTCPeerConnection");
    await screen.goto(`http://${name}:${server.port}/w/${code}?band=all&palette=${PALETTE}`);
    await becomesLit(screen);
    await screen.mouse.click(60, 130);
    await expect.poll(() => read(screen, "document.fullscreenElement !== null")).toBe(true);
    await screen.getByRole("button", { name: "More" }).click();
    await screen.locator("#sound").click();
    await expect.poll(() => read<number>(screen, "loudest")).toBeGreaterThan(0.05);
    await screen.context().close();
  },
);
