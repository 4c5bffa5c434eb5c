import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createEngine } from "../../server/media/engine.ts";
import type { MediaEngine } from "../../server/media/media-engine.ts";
import { launchChromium } from "../support/chromium.ts";
import { Firefox, findFirefox, ownAddress } from "../support/firefox.ts";

/** Sends a picture that always changes, large and small, and no song that could be heard. */
const host = (codec: string) => `(async () => {
  globalThis.pc = new RTCPeerConnection();
  pc.addTransceiver("audio", { direction: "sendonly" });
  const sizes = [[320, 180], [160, 90]];
  const canvases = sizes.map(([width, height]) =>
    Object.assign(document.createElement("canvas"), { width, height }));
  let n = 0;
  setInterval(() => {
    n++;
    for (const canvas of canvases) {
      const drawing = canvas.getContext("2d");
      drawing.fillStyle = "hsl(" + n * 7 + " 90% 50%)";
      drawing.fillRect((n * 5) % canvas.width, 0, canvas.width / 8, canvas.height);
    }
  }, 40);
  const codecs = RTCRtpSender.getCapabilities("video").codecs;
  globalThis.senders = canvases.map(() => {
    const transceiver = pc.addTransceiver("video", { direction: "sendonly" });
    transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === "video/${codec}"));
    return transceiver.sender;
  });
  globalThis.send = () => Promise.all(
    senders.map((sender, n) => sender.replaceTrack(canvases[n].captureStream(25).getVideoTracks()[0])),
  );
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
})()`;

const LISTENER = `(async () => {
  globalThis.pc = new RTCPeerConnection();
  for (const kind of ["audio", "video", "video"]) pc.addTransceiver(kind, { direction: "recvonly" });
  pc.ontrack = ({ track }) => {
    const element = Object.assign(document.createElement("video"), { muted: true, autoplay: true });
    element.srcObject = new MediaStream([track]);
    document.body.append(element);
  };
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
})()`;

const accept = (answer: string) =>
  `pc.setRemoteDescription({ type: "answer", sdp: ${JSON.stringify(answer)} }).then(() => 1)`;

/** Pictures that the page has decoded. */
const DECODED = `pc.getStats().then((stats) =>
  [...stats.values()].reduce((sum, { framesDecoded = 0 }) => sum + framesDecoded, 0))`;

let engine: MediaEngine;

beforeEach(async () => {
  const announced = () => ["127.0.0.1", ownAddress()].map((address) => ({ address, port: undefined }));
  const log = pino({ level: "silent" });
  engine = await createEngine({ host: "0.0.0.0", port: 0, announced, workers: 2, log });
});

afterEach(() => engine.close());

test.each(["VP8", "H264"])(
  "Chromium sends pictures in %s and decodes them, and so does Firefox",
  async (codec) => {
    const browser = await launchChromium({ kiosk: true });
    const [from, to] = [await browser.newPage(), await browser.newPage()];
    await Promise.all([from.goto("about:blank"), to.goto("about:blank")]);
    const begun: unknown[] = [];
    engine.on("pictures", (_, pictures) => begun.push(pictures));
    await from.evaluate(
      accept(engine.publish("WALL", { offer: await from.evaluate(host(codec)) }, 20).answer),
    );
    await to.evaluate(accept(engine.subscribe("WALL", { offer: await to.evaluate(LISTENER) }).answer));
    // No new offer: the sections were there before the pictures.
    await from.evaluate("send()");
    const decoded = () => to.evaluate(DECODED) as Promise<number>;
    await expect.poll(decoded, { timeout: 20_000 }).toBeGreaterThan(25);
    expect(begun).toEqual([{ codec }]);
    const program = codec === "VP8" ? findFirefox() : undefined;
    if (program) {
      const firefox = await Firefox.launch(program);
      const offer = await firefox.evaluate<string>(LISTENER);
      await firefox.evaluate<number>(accept(engine.subscribe("WALL", { offer }).answer));
      await expect.poll(() => firefox.evaluate<number>(DECODED), { timeout: 20_000 }).toBeGreaterThan(25);
      await firefox.close();
    }
    await browser.close();
  },
  90_000,
);
