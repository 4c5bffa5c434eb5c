import { once } from "node:events";
import { expect, test } from "vitest";
import { lanAddresses } from "../../server/net/address.ts";
import { launchChromium } from "../support/chromium.ts";
import { Firefox, findFirefox } from "../support/firefox.ts";
import { MediaStage } from "../support/media-stage.ts";
import type { LinkQuality } from "../support/udp-relay.ts";

/** One datagram in five is lost, and many overtake others. */
const BAD: LinkQuality = { delay: 10, jitter: 10, loss: 0.2 };
/** Joins of each browser: one alone may be lucky. */
const JOINS = 5;
/** How long one join may take over such a network, ms. */
const CONNECT_LIMIT = 20_000;
/** Firefox with a new profile takes its time to start. */
const TEST_LIMIT = 180_000;

const OFFER = `(async () => {
  globalThis.pc?.close();
  globalThis.pc = new RTCPeerConnection();
  pc.addTransceiver("audio", { direction: "recvonly" });
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
})()`;

const stage = new MediaStage();

/**
 * Joins again and again, each time as a new listener over a bad network; the browser's word on each
 * connection.
 */
async function joinAll(
  evaluate: (expression: string) => Promise<unknown>,
  address = "127.0.0.1",
): Promise<unknown[]> {
  await stage.start(1);
  const states: unknown[] = [];
  for (let n = 0; n < JOINS; n++) {
    const relay = await stage.relay(address);
    relay.quality = BAD;
    const { answer } = stage.engine.subscribe("WALL", { offer: String(await evaluate(OFFER)) });
    const connected = once(stage.engine, "peer-connected", { signal: AbortSignal.timeout(CONNECT_LIMIT) });
    const sdp = answer.replaceAll(`127.0.0.1 ${stage.engine.port} typ`, `${address} ${relay.port} typ`);
    const description = JSON.stringify({ type: "answer", sdp });
    await evaluate(`pc.setRemoteDescription(${description}).then(() => true)`);
    await connected;
    const settled = `new Promise((resolve) => {
      const look = () => (pc.connectionState === "connecting" ? setTimeout(look, 50) : resolve(pc.connectionState));
      look();
    })`;
    states.push(await evaluate(settled));
  }
  return states;
}

const ALL_CONNECTED = new Array(JOINS).fill("connected");

test("Chromium joins over a network that loses and reorders", { timeout: TEST_LIMIT }, async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    expect(await joinAll((expression) => page.evaluate(expression))).toEqual(ALL_CONNECTED);
  } finally {
    await browser.close();
  }
});

test("Firefox joins over a network that loses and reorders", { timeout: TEST_LIMIT }, async ({ skip }) => {
  const program = findFirefox();
  if (!program) return skip("Firefox is not installed. On Debian: apt-get install firefox-esr pulseaudio");
  // Firefox sends nothing to the loopback address while there is another; what is sent to that stays on the
  // machine too.
  const [address = "127.0.0.1"] = lanAddresses("0.0.0.0");
  const firefox = await Firefox.launch(program);
  try {
    expect(await joinAll((expression) => firefox.evaluate<string>(expression), address)).toEqual(
      ALL_CONNECTED,
    );
  } finally {
    await firefox.close();
  }
});
