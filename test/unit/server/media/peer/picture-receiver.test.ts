import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { now } from "../../../../../server/media/clock.ts";
import { takeCounts } from "../../../../../server/media/counters.ts";
import { Broadcast } from "../../../../../server/media/fanout/broadcast.ts";
import type { PictureLayer } from "../../../../../server/media/model.ts";
import { PictureReceiver } from "../../../../../server/media/peer/picture-receiver.ts";
import { type RtcpItem, readRtcp } from "../../../../../server/media/wire/rtcp.ts";
import type { MediaClockReading } from "../../../../../server/protocol/timing.ts";
import { PictureStage } from "../../../../support/picture-stage.ts";

const HIGH = 901;
const LOW = 902;

let stage: PictureStage;
let receiver: PictureReceiver;
let song: Broadcast;
const [sent, flows, clocks]: [Buffer[], unknown[], [PictureLayer, MediaClockReading][]] = [[], [], []];

function open(rateMax = 500_000): void {
  sent.length = flows.length = clocks.length = 0;
  stage = new PictureStage(undefined, {
    flow: (publisher, codec) => flows.push([publisher, codec]),
    clock: (layer, reading) => clocks.push([layer, reading]),
  });
  song = new Broadcast("WALL", undefined, () => {});
  receiver = new PictureReceiver({
    specs: [
      { layer: "high", payloadTypes: { VP8: 96 }, ssrc: HIGH },
      { layer: "low", payloadTypes: { VP8: 96 }, ssrc: LOW },
    ],
    number: 1,
    ssrc: 5,
    rateMax,
    transportFeedback: 3,
    song,
    pictures: stage.pictures,
    send: (rtcp) => sent.push(rtcp),
  });
}

beforeEach(() => open());

afterEach(() => {
  receiver.close();
  stage.close();
  song.close();
});

/** Gives the receiver one packet. */
function take(index: number, { ssrc = LOW, payloadType = 96, length = 100, timestamp = index * 3_000 } = {}) {
  const rest = { sequence: index & 0xffff, marker: true, padded: false, payload: Buffer.alloc(length, 0x10) };
  receiver.receive({ ssrc, index, timestamp, payloadType, ...rest }, length + 22, now());
}

const items = (): RtcpItem[] => sent.flatMap(readRtcp);
const nacked = () => items().flatMap((item) => (item.kind === "nack" ? [[item.ssrc, [...item.losses]]] : []));

describe("a receiver of pictures", () => {
  test("requests what is missing in each layer, 128 packets at once at most", () => {
    take(0);
    take(3);
    take(0, { ssrc: HIGH });
    take(2, { ssrc: HIGH });
    expect(nacked()).toEqual([
      [LOW, [1, 2]],
      [HIGH, [1]],
    ]);
    sent.length = 0;
    take(1_000);
    expect(nacked()).toEqual([]);
  });

  test("drops and counts other payload types, long packets, and what is above the limit", async () => {
    open(10_000);
    takeCounts();
    take(0, { payloadType: 97 });
    take(0, { length: 1_281 });
    take(0, { length: 1_280 });
    expect(takeCounts().picturesDropped).toBe(2);
    for (let index = 1; index < 20; index++) take(index, { length: 1_200 });
    const dropped = takeCounts().picturesDropped;
    expect(dropped).toBeGreaterThanOrEqual(11);
    await stage.sent();
    expect(stage.pictures.stream("low").broadcast.totals.packets).toBe(20 - dropped);
  });

  test("forwards packets without a payload, which browsers send to probe the path", async () => {
    take(0);
    take(1, { length: 0 });
    take(2);
    await stage.sent();
    expect(stage.pictures.stream("low").broadcast.newestIndex).toBe(2);
    expect(stage.pictures.stream("low").broadcast.totals.packets).toBe(3);
  });

  test("reports each layer, with the sender report that it had", () => {
    take(0);
    take(0, { ssrc: HIGH });
    take(4, { ssrc: HIGH });
    receiver.receiveReport(HIGH, { seconds: 0x1234_5678, fraction: 0x9abc_def0 }, 0);
    const reports = receiver.reports(now());
    expect(reports.map(({ ssrc, lost }) => [ssrc, lost])).toEqual([
      [HIGH, 3],
      [LOW, 0],
    ]);
    expect(reports[0]!.lastSenderReport).toBe(0x5678_9abc);
    expect(reports[1]!.lastSenderReport).toBe(0);
  });

  test("tells when pictures begin, and that they end when it is closed", () => {
    take(0);
    take(1);
    take(0, { ssrc: HIGH });
    expect(flows).toEqual([[1, "VP8"]]);
    receiver.close();
    receiver.close();
    expect(flows).toEqual([
      [1, "VP8"],
      [1, undefined],
    ]);
  });

  test("sends the host a PLI for the layer that is wanted", () => {
    stage.pictures.stream("high").requestKeyframe();
    expect(items()).toEqual([{ kind: "keyframe", ssrc: HIGH }]);
    receiver.close();
    sent.length = 0;
    stage.pictures.stream("low").requestKeyframe();
    expect(sent).toEqual([]);
    expect(stage.wanted).toEqual(["low"]);
  });

  test("places pictures by the sender reports of both streams", async () => {
    // The song's packets have arrived just now, in the host's time from 500,000 on.
    const rest = { marker: false, payloadType: 111, padded: false, payload: Buffer.alloc(3) };
    song.forward({ ssrc: 1, index: 0, sequence: 0, timestamp: 500_000, ...rest }, 1);
    const begun = now();
    take(0, { timestamp: 7_000 });
    await stage.sent();
    const ntp = (ms: number) => ({
      seconds: Math.floor(ms / 1_000),
      fraction: ((ms % 1_000) / 1_000) * 2 ** 32,
    });
    receiver.receiveReport(1, ntp(50_000), 500_000 - 48 * 1_000);
    expect(clocks.map(([layer]) => layer)).toEqual(["low"]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    // This moment of the picture is 400 ms before the song's first packet.
    receiver.receiveReport(LOW, ntp(50_600), 7_000 + 90 * 5_000);
    const [, [layer, reading] = []] = clocks;
    expect(layer).toBe("low");
    expect(reading!.timestamp).toBe(7_000 + 90 * 5_000);
    expect(Math.abs(reading!.at - (begun - 400))).toBeLessThan(5);
  });
});
