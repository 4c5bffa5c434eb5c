/** Fills the corpus with what Chromium really sends: `npx node test/fuzz/capture.ts`. */
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import type { Page } from "playwright-core";
import { createEngine } from "../../server/media/engine.ts";
import { launchChromium } from "../support/chromium.ts";
import { UdpRelay } from "../support/udp-relay.ts";
import { readCorpus, writeCorpus } from "./corpus.ts";

/** Of datagrams alike, how many are kept. */
const KEPT = 6;

const OFFER = {
  publish: `(async () => {
    const context = new AudioContext();
    const oscillator = new OscillatorNode(context);
    const destination = new MediaStreamAudioDestinationNode(context);
    oscillator.connect(destination);
    oscillator.start();
    globalThis.pc = new RTCPeerConnection();
    pc.addTransceiver(destination.stream.getTracks()[0], { direction: "sendonly" });
    await pc.setLocalDescription();
    return pc.localDescription.sdp;
  })()`,
  subscribe: `(async () => {
    globalThis.pc = new RTCPeerConnection();
    pc.addTransceiver("audio", { direction: "recvonly" });
    await pc.setLocalDescription();
    return pc.localDescription.sdp;
  })()`,
};

const log = pino({ level: "silent" });
const engine = await createEngine({ host: "127.0.0.1", port: 0, announced: ["127.0.0.1"], workers: 1, log });
const browser = await launchChromium({ kiosk: true });
const offers: Buffer[] = [];
const datagrams: Buffer[] = [];

async function join(page: Page, purpose: "publish" | "subscribe"): Promise<UdpRelay> {
  const relay = await UdpRelay.open(engine.port);
  await page.goto("about:blank");
  const offer: string = await page.evaluate(OFFER[purpose]);
  offers.push(Buffer.from(offer));
  const { answer } = engine[purpose]("WALL", { offer }, 20);
  const sdp = answer.replaceAll(` ${engine.port} typ`, ` ${relay.port} typ`);
  await page.evaluate(`pc.setRemoteDescription({ type: "answer", sdp: ${JSON.stringify(sdp)} })`);
  return relay;
}

const relays = [
  await join(await browser.newPage(), "publish"),
  await join(await browser.newPage(), "subscribe"),
];
await delay(8_000);
await browser.close();
await delay(500);
for (const relay of relays) {
  const kinds = new Map<string, number>();
  for (const datagram of relay.passed("to-server")) {
    // STUN, each DTLS record type, RTP, each RTCP packet type.
    const kind = datagram[0]! < 128 ? `${datagram[0]} ${datagram[13]}` : `media ${datagram[1]}`;
    const count = kinds.get(kind) ?? 0;
    kinds.set(kind, count + 1);
    if (count < KEPT) datagrams.push(datagram);
  }
  await relay.close();
}
await engine.close();
writeCorpus("offers", [...readCorpus("offers"), ...offers]);
writeCorpus("datagrams", [...readCorpus("datagrams"), ...datagrams]);
console.log(`${offers.length} offers and ${datagrams.length} datagrams caught.`);
