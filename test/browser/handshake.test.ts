import { expect, test } from "vitest";
import { lanAddresses } from "../../server/net/lan.ts";
import { launchChromium } from "../support/chromium.ts";
import { Firefox, findFirefox } from "../support/firefox.ts";
import { MediaStage } from "../support/media-stage.ts";
import type { LinkQuality } from "../support/udp-relay.ts";

/** Loses one datagram in five and reorders many. */
const BAD: LinkQuality = { delay: 10, jitter: 10, loss: 0.2 };
/** Connections of each browser, all at the same time: a single one may succeed by chance. */
const JOINS = 5;
const CONNECT_TIMEOUT_MS = 20_000;
/** Firefox with a new profile starts slowly. */
const TEST_TIMEOUT_MS = 120_000;

const stage = new MediaStage();

/** JavaScript that opens peer connection `n` of a page as a listener; evaluates to its offer. */
const offerOf = (n: number) => `(async () => {
  const pc = new RTCPeerConnection();
  (globalThis.peers ??= [])[${n}] = pc;
  pc.addTransceiver("audio", { direction: "recvonly" });
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
})()`;

/** JavaScript that waits until peer connection `n` has connected or failed; evaluates to its state. */
const stateOf = (n: number) => `new Promise((resolve) => {
  const check = () => {
    const state = peers[${n}].connectionState;
    if (state === "new" || state === "connecting") setTimeout(check, 50);
    else resolve(state);
  };
  check();
})`;

/**
 * Connects {@link JOINS} listeners of one page, each over a bad network of its own. Resolves to the browser's
 * state of each connection, once the server has all of them connected.
 */
async function joinAll(
  evaluate: (expression: string) => Promise<unknown>,
  address = "127.0.0.1",
): Promise<unknown[]> {
  await stage.start(1);
  const connected = new Set<string>();
  stage.engine.on("peer-connected", (_broadcast, peer) => connected.add(peer));
  const numbers = Array.from({ length: JOINS }, (_, n) => n);
  await Promise.all(
    numbers.map(async (n) => {
      const relay = await stage.relay(address);
      relay.quality = BAD;
      const { answer } = stage.engine.subscribe("WALL", { offer: String(await evaluate(offerOf(n))) });
      const sdp = answer.replaceAll(`127.0.0.1 ${stage.engine.port} typ`, `${address} ${relay.port} typ`);
      const description = JSON.stringify({ type: "answer", sdp });
      await evaluate(`peers[${n}].setRemoteDescription(${description}).then(() => true)`);
    }),
  );
  await expect.poll(() => connected.size, { timeout: CONNECT_TIMEOUT_MS }).toBe(JOINS);
  return Promise.all(numbers.map((n) => evaluate(stateOf(n))));
}

const ALL_CONNECTED = new Array(JOINS).fill("connected");

test("Chromium connects over a network that loses and reorders", { timeout: TEST_TIMEOUT_MS }, async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    expect(await joinAll((expression) => page.evaluate(expression))).toEqual(ALL_CONNECTED);
  } finally {
    await browser.close();
  }
});

test("Firefox connects over a network that loses and reorders", { timeout: TEST_TIMEOUT_MS }, async ({
  skip,
}) => {
  const program = findFirefox();
  if (!program) return skip("Firefox is not installed. On Debian: apt-get install firefox-esr pulseaudio");
  // Firefox does not use the loopback address while the machine has another one. Datagrams to that address
  // stay on the machine too.
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
