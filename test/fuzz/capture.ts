/**
 * Adds to the corpora what Chromium, OpenSSL, GnuTLS and werift send: `npx node test/fuzz/capture.ts`.
 */
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import type { Page } from "playwright-core";
import { createEngine } from "../../server/media/engine.ts";
import { StandIn } from "../support/browser-stand-in.ts";
import { launchChromium } from "../support/chromium.ts";
import { DTLS_PROGRAMS, DtlsClientProcess } from "../support/dtls-programs.ts";
import { checksFor } from "../support/ice-checks.ts";
import { offerSdp } from "../support/offers.ts";
import { UdpRelay } from "../support/udp-relay.ts";
import { addToCorpus, type Input } from "./corpus.ts";

/** Datagrams of one kind that are added for each peer. */
const KEPT_PER_KIND = 6;

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
const announced = () => [{ address: "127.0.0.1", port: undefined }];
const engine = await createEngine({ host: "127.0.0.1", port: 0, announced, workers: 1, log });
const browser = await launchChromium({ kiosk: true });
const offers: Input[] = [];
const datagrams: Input[] = [];
const flights: Input[] = [];

async function join(page: Page, purpose: "publish" | "subscribe"): Promise<UdpRelay> {
  const relay = await UdpRelay.open(engine.port);
  await page.goto("about:blank");
  const offer: string = await page.evaluate(OFFER[purpose]);
  offers.push([Buffer.from(offer)]);
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
    // One kind for STUN, each DTLS record type and message type, RTP, and each RTCP packet type.
    const kind = datagram[0]! < 128 ? `${datagram[0]} ${datagram[13]}` : `media ${datagram[1]}`;
    const count = kinds.get(kind) ?? 0;
    kinds.set(kind, count + 1);
    if (count < KEPT_PER_KIND) datagrams.push([datagram]);
  }
  flights.push(flightOf(relay));
  await relay.close();
}
for (const program of DTLS_PROGRAMS) {
  if (DtlsClientProcess.isInstalled(program)) flights.push(await flightOfProgram(program));
}
flights.push(await flightOfStandIn());
await engine.close();
const checks = datagrams.filter(([datagram]) => datagram![0]! <= 3);
addToCorpus("offers", offers);
addToCorpus("datagrams", datagrams);
addToCorpus("checks", checks);
addToCorpus("flights", flights);
console.log(`${offers.length} offers, ${datagrams.length} datagrams and ${flights.length} flights captured.`);

/** The client's DTLS datagrams that have passed a relay. */
function flightOf(relay: UdpRelay): Input {
  return relay.passed("to-server").filter((datagram) => datagram[0]! >= 20 && datagram[0]! <= 63);
}

async function flightOfProgram(program: (typeof DTLS_PROGRAMS)[number]): Promise<Input> {
  const client = await DtlsClientProcess.prepare(program);
  const relay = await UdpRelay.open(engine.port);
  const offer = offerSdp({ direction: "recvonly", fingerprint: client.fingerprint });
  relay.inject("to-server", checksFor(engine.subscribe("WALL", { offer }).answer)());
  await delay(100);
  await client.connect(relay.port);
  await client.close();
  await relay.close();
  return flightOf(relay);
}

async function flightOfStandIn(): Promise<Input> {
  const relay = await UdpRelay.open(engine.port);
  const standIn = new StandIn("subscribe");
  const { answer } = engine.subscribe("WALL", { offer: await standIn.offer() });
  await standIn.accept(answer.replaceAll(` ${engine.port} typ`, ` ${relay.port} typ`));
  await standIn.close();
  await relay.close();
  return flightOf(relay);
}
