import { expect, test } from "vitest";
import { newDevice, openPanel, startWall } from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });

/** How late the loudspeaker of the tests is, ms. */
const LATE_MS = 1_800;

/** In the page: listens to the loudspeaker, which the microphone hears late. */
function placeMicrophone(lateMs: number): void {
  const connect = AudioNode.prototype.connect as (target: AudioNode) => AudioNode;
  let room: DelayNode | undefined;
  AudioNode.prototype.connect = function (this: AudioNode, ...args: [AudioNode]) {
    const { context } = this;
    if (args[0] === context.destination && context instanceof AudioContext) {
      room ??= new DelayNode(context, { delayTime: lateMs / 1_000, maxDelayTime: 3 });
      connect.call(this, room);
      const meter = new AnalyserNode(context);
      connect.call(this, meter);
      const samples = new Float32Array(meter.fftSize);
      const peak = () => {
        meter.getFloatTimeDomainData(samples);
        return Math.max(...samples);
      };
      // The song's way is connected before that of any click.
      if (!("peak" in globalThis)) Object.assign(globalThis, { peak });
    }
    return connect.apply(this, args);
  } as AudioNode["connect"];
  navigator.mediaDevices.getUserMedia = async () => {
    const ear = (room!.context as AudioContext).createMediaStreamDestination();
    connect.call(room!, ear);
    return ear.stream;
  };
}

const device = await newDevice(browser);
await device.addInitScript(placeMicrophone, LATE_MS);
const { host } = await startWall(device, server.url);

test("the volume and the switch for sound act on the loudspeaker, and a microphone silences it", async () => {
  const peak = () => host.evaluate<number>("globalThis.peak ? peak() : 0");
  await host.getByTestId("file").setInputFiles(tone(1_000, 60, -12));
  await host.getByTestId("volume").fill("1", { force: true });
  await expect.poll(peak).toBeCloseTo(0.25, 1);
  await host.getByTestId("volume").fill("0.5", { force: true });
  await expect.poll(peak).toBeCloseTo(0.25 / 4, 2);
  await host.getByTestId("local-sound").click();
  await expect.poll(peak).toBeLessThan(0.001);
  await host.getByTestId("local-sound").click();
  await expect.poll(peak).toBeGreaterThan(0.05);
  await openPanel(host, "songs");
  await host.getByTestId("sources").click();
  await host.getByTestId("source-microphone").click();
  await expect.poll(peak).toBeLessThan(0.001);
  await host.getByTestId("source-songs").click();
  await expect.poll(peak).toBeGreaterThan(0.05);
});

test("the console hears how late the loudspeaker is, and makes its sound earlier by that", async () => {
  await openPanel(host, "room");
  await host.getByTestId("listen-once").click();
  await expect.poll(() => host.getByTestId("listened").innerText()).toContain("ms late");
  const trim = await host
    .getByTestId("sound-trim")
    .evaluate((slider: HTMLInputElement) => slider.valueAsNumber);
  expect(Math.abs(trim + LATE_MS)).toBeLessThanOrEqual(30);
});
