import { expect, test } from "vitest";
import { newDevice, openPanel, startWall } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

/** How late the loudspeaker of the tests is, ms. */
const LATE_MS = 1_800;

/** In the page: what goes to the loudspeaker comes late to the microphone, and with noise. */
function placeMicrophone(lateMs: number): void {
  const connect = AudioNode.prototype.connect as (target: AudioNode) => AudioNode;
  const rooms = new WeakMap<BaseAudioContext, DelayNode>();
  AudioNode.prototype.connect = function (this: AudioNode, ...args: [AudioNode]) {
    const { context } = this;
    if (args[0] === context.destination && context instanceof AudioContext) {
      if (!rooms.has(context))
        rooms.set(context, new DelayNode(context, { delayTime: lateMs / 1_000, maxDelayTime: 3 }));
      connect.call(this, rooms.get(context)!);
    }
    return connect.apply(this, args);
  } as AudioNode["connect"];
  navigator.mediaDevices.getUserMedia = async () => {
    const context = (globalThis as unknown as { heardIn: AudioContext }).heardIn;
    const ear = context.createMediaStreamDestination();
    connect.call(rooms.get(context)!, ear);
    return ear.stream;
  };
  const create = AudioContext.prototype.createMediaStreamDestination;
  AudioContext.prototype.createMediaStreamDestination = function (this: AudioContext) {
    Object.assign(globalThis, { heardIn: this });
    return create.call(this);
  };
}

test("the console hears how late the loudspeaker is, and makes its sound earlier by that", async () => {
  const device = await newDevice(browser);
  await device.addInitScript(placeMicrophone, LATE_MS);
  const { host } = await startWall(device, server.url);
  await openPanel(host, "room");
  await host.getByTestId("listen-once").click();
  await expect.poll(() => host.getByTestId("listened").innerText()).toContain("ms late");
  const trim = await host
    .getByTestId("sound-trim")
    .evaluate((slider: HTMLInputElement) => slider.valueAsNumber);
  expect(Math.abs(trim + LATE_MS)).toBeLessThanOrEqual(30);
});
